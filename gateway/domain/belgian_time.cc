// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/belgian_time.h"

#include <chrono>

namespace semafoor::domain {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

year_month_day date_of(int day) {
  return {std::chrono::year(day / 10000), std::chrono::month(day / 100 % 100),
          std::chrono::day(day % 100)};
}

sys_seconds change_in(std::chrono::year year, std::chrono::month month) {
  return sys_days(year / month / std::chrono::Sunday[std::chrono::last]) + hours(1);
}

// Whether `moment` lies in the summer of `year`.
bool in_summer(sys_seconds moment, std::chrono::year year) {
  return moment >= change_in(year, std::chrono::March) &&
         moment < change_in(year, std::chrono::October);
}

}  // namespace

BelgianTime belgian_time(std::int64_t unix_ms) {
  const auto moment = floor<std::chrono::seconds>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(unix_ms)));
  const auto year = year_month_day(floor<days>(moment)).year();
  const auto local = moment + hours(in_summer(moment, year) ? 2 : 1);
  const auto midnight = floor<days>(local);
  const year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(local - midnight);
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<int>(static_cast<unsigned>(date.month())),
          .day = static_cast<int>(static_cast<unsigned>(date.day())),
          .hour = static_cast<int>(clock.hours().count()),
          .minute = static_cast<int>(clock.minutes().count()),
          .second = static_cast<int>(clock.seconds().count())};
}

v1::Date belgian_day(std::int64_t unix_ms) {
  const BelgianTime time = belgian_time(unix_ms);
  v1::Date date;
  date.set_year(time.year);
  date.set_month(time.month);
  date.set_day(time.day);
  return date;
}

std::int64_t belgian_midnight_ms(int day) {
  const year_month_day date = date_of(day);
  const sys_seconds winter = sys_days(date) - hours(1);
  const sys_seconds summer = sys_days(date) - hours(2);
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             (in_summer(summer, date.year()) ? summer : winter).time_since_epoch())
      .count();
}

int next_day(int day) {
  const year_month_day next(sys_days(date_of(day)) + days(1));
  return static_cast<int>(next.year()) * 10000 +
         static_cast<int>(static_cast<unsigned>(next.month()) * 100 +
                          static_cast<unsigned>(next.day()));
}

}  // namespace semafoor::domain
