// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/days.h"

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"

namespace semafoor::work {

v1::Date belgian_day(std::int64_t unix_ms) {
  return domain::date_of_number(domain::belgian_time(unix_ms).date());
}

int days_between(const v1::Date& from, const v1::Date& to) {
  constexpr std::int64_t kDayMs = 86'400'000;
  return static_cast<int>((domain::ms_of_date(to) - domain::ms_of_date(from)) / kDayMs);
}

}  // namespace semafoor::work
