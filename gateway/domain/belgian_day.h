// SPDX-License-Identifier: Apache-2.0
//
// Days as people in Belgium have them: UTC+1, in summer (last Sunday of March to that of October,
// from 01:00 UTC) UTC+2.
#pragma once

#include <cstdint>

#include "semafoor/v1/common.pb.h"

namespace semafoor::domain {

// Milliseconds UTC at which this day (yyyymmdd) begins in Belgium.
std::int64_t belgian_midnight_ms(int day);
// The day that it is in Belgium at this moment.
v1::Date belgian_day(std::int64_t unix_ms);
// The day (yyyymmdd) after.
int next_day(int day);
// Days from `from` to `to`, both valid; negative when `to` comes before.
int days_between(const v1::Date& from, const v1::Date& to);

}  // namespace semafoor::domain
