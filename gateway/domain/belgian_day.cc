// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/belgian_day.h"

#include <chrono>

#include "gateway/domain/date.h"

namespace semafoor::domain {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kHourMs = 3'600'000;

year_month_day calendar_of(int day) {
  return {std::chrono::year(day / 10000), std::chrono::month(day / 100 % 100),
          std::chrono::day(day % 100)};
}

// Directive 2000/84/EC: summer time from the last Sunday of March to that of October, 01:00 UTC.
std::chrono::sys_seconds change_in(std::chrono::year year, std::chrono::month month) {
  return sys_days(year / month / std::chrono::Sunday[std::chrono::last]) + std::chrono::hours(1);
}

bool in_summer(std::chrono::sys_seconds moment, std::chrono::year year) {
  return moment >= change_in(year, std::chrono::March) &&
         moment < change_in(year, std::chrono::October);
}

}  // namespace

std::int64_t belgian_midnight_ms(int day) {
  const year_month_day date = calendar_of(day);
  const std::chrono::sys_seconds winter = sys_days(date) - std::chrono::hours(1);
  const std::chrono::sys_seconds summer = sys_days(date) - std::chrono::hours(2);
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             (in_summer(summer, date.year()) ? summer : winter).time_since_epoch())
      .count();
}

v1::Date belgian_day(std::int64_t unix_ms) {
  const std::chrono::sys_seconds moment = std::chrono::floor<std::chrono::seconds>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(unix_ms)));
  const year_month_day utc(std::chrono::floor<std::chrono::days>(moment));
  return date_of_ms(unix_ms + (in_summer(moment, utc.year()) ? 2 : 1) * kHourMs);
}

int next_day(int day) {
  const year_month_day next(sys_days(calendar_of(day)) + std::chrono::days(1));
  return static_cast<int>(next.year()) * 10000 +
         static_cast<int>(static_cast<unsigned>(next.month()) * 100 +
                          static_cast<unsigned>(next.day()));
}

int days_between(const v1::Date& from, const v1::Date& to) {
  return static_cast<int>(
      (sys_days(calendar_of(date_number(to))) - sys_days(calendar_of(date_number(from)))).count());
}

}  // namespace semafoor::domain
