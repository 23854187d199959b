// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/days.h"

#include <cstdint>

#include "gateway/domain/date.h"

namespace semafoor::work {

int days_between(const v1::Date& from, const v1::Date& to) {
  constexpr std::int64_t kDayMs = 86'400'000;
  return static_cast<int>((domain::ms_of_date(to) - domain::ms_of_date(from)) / kDayMs);
}

}  // namespace semafoor::work
