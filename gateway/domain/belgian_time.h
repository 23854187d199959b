// SPDX-License-Identifier: Apache-2.0
//
// Days and moments as people in Belgium count them. Summer time from the last Sunday of March,
// 01:00 UTC, to that of October (directive 2000/84/EC); right from 1996 on.
#pragma once

#include <cstdint>

#include "semafoor/v1/common.pb.h"

namespace semafoor::domain {

// By Belgium's clocks.
struct BelgianTime {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;

  // yyyymmdd.
  int date() const { return year * 10'000 + month * 100 + day; }
};

BelgianTime belgian_time(std::int64_t unix_ms);
// The day that it is in Belgium at this moment.
v1::Date belgian_day(std::int64_t unix_ms);
// Milliseconds UTC at which this day (yyyymmdd) begins in Belgium.
std::int64_t belgian_midnight_ms(int day);
// The day after, both yyyymmdd.
int next_day(int day);

}  // namespace semafoor::domain
