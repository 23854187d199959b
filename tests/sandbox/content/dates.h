// SPDX-License-Identifier: Apache-2.0
//
// Days and moments as the Belgian authorities write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace semafoor::sandbox::content {

using Day = std::chrono::sys_days;
using Moment = std::chrono::sys_seconds;

// yyyy-mm-dd
std::string iso_day(Day day);
// yyyymmdd
std::string compact_day(Day day);
// yyyymm
std::string compact_month(Day day);
// yyyy-mm-dd of a day that exists; anything else is nullopt.
std::optional<Day> parse_day(std::string_view text);

// yyyy-MM-dd'T'HH:mm:ssXXX in Belgian time (e-Box contract 2.1), summer time by the EU rule.
std::string local_iso(Moment moment);
// The calendar day in Belgium.
Day local_day(Moment moment);
// Reads what local_iso writes, with any offset, and "Z".
std::optional<Moment> parse_moment(std::string_view text);

Day first_of_month(Day day);
Day last_of_month(Day day);
// The same day `months` later (earlier when negative), at most the last day of that month.
Day add_months(Day day, int months);

}  // namespace semafoor::sandbox::content
