// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "gateway/reports/period.h"
#include "semafoor/v1/reports.pb.h"

namespace semafoor::reports {

// A month (yyyymm) and the signals received in it.
struct MonthCount {
  int month = 0;
  std::int64_t signals = 0;
};

// Of every month that `days` touches, in their order. See v1::Trend.
v1::Trend trend_of(const std::vector<MonthCount>& months, const Days& days);

}  // namespace semafoor::reports
