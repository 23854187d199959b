// SPDX-License-Identifier: Apache-2.0
//
// Calendar dates and moments, as the field writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "semafoor/v1/common.pb.h"

namespace semafoor::domain {

bool is_valid_date(const v1::Date& date);
// yyyy-mm-dd.
std::optional<v1::Date> parse_date(std::string_view text);
std::string write_date(const v1::Date& date);
// 20261102; 0 for a date that is not set.
int date_number(const v1::Date& date);
v1::Date date_of_number(int yyyymmdd);
// 28 to 31; `month` from 1 to 12.
int last_day_of_month(int year, int month);
// Of the moment, in UTC.
v1::Date date_of_ms(std::int64_t unix_ms);
// Midnight UTC at the start of the day.
std::int64_t ms_of_date(const v1::Date& date);
// RFC 3339 with an offset or Z, fractions allowed: milliseconds since 1970 UTC.
std::optional<std::int64_t> parse_moment(std::string_view text);

}  // namespace semafoor::domain
