// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/days.h"

#include "gateway/domain/date.h"

namespace semafoor::ctl {

bool read_day(const std::string& text, v1::Date& day, Failure& failure) {
  const auto date = domain::parse_date(text);
  if (date) {
    day = *date;
    return true;
  }
  failure = {kUsage, "usage.date",
             "\"" + text + "\" is no date. Write it as yyyy-mm-dd: 2026-11-28."};
  return false;
}

std::optional<v1::Period> read_period(const std::string& from, const std::string& to,
                                      Failure& failure) {
  v1::Period period;
  if (!from.empty() && !read_day(from, *period.mutable_from(), failure)) return std::nullopt;
  if (!to.empty() && !read_day(to, *period.mutable_to(), failure)) return std::nullopt;
  return period;
}

}  // namespace semafoor::ctl
