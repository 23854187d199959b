// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/content/dates.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace semafoor::sandbox::content {
namespace {

using std::chrono::year_month_day;

std::string format(const char* pattern, int year, unsigned month, unsigned day) {
  char text[16];
  std::snprintf(text, sizeof text, pattern, year, month, day);
  return text;
}

// Directive 2000/84/EC: last Sunday of March and of October, 01:00 UTC.
Moment changeover(std::chrono::year year, std::chrono::month month) {
  using std::chrono::last;
  using std::chrono::Sunday;
  return Day(year / month / Sunday[last]) + std::chrono::hours(1);
}

std::chrono::hours offset_at(Moment moment) {
  auto year = year_month_day(std::chrono::floor<std::chrono::days>(moment)).year();
  bool summer = moment >= changeover(year, std::chrono::March) &&
                moment < changeover(year, std::chrono::October);
  return std::chrono::hours(summer ? 2 : 1);
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  if (text.empty()) return std::nullopt;
  for (char c : text) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::string iso_day(Day day) {
  year_month_day ymd(day);
  return format("%04d-%02u-%02u", int(ymd.year()), unsigned(ymd.month()), unsigned(ymd.day()));
}

std::string compact_day(Day day) {
  year_month_day ymd(day);
  return format("%04d%02u%02u", int(ymd.year()), unsigned(ymd.month()), unsigned(ymd.day()));
}

std::string compact_month(Day day) {
  return compact_day(day).substr(0, 6);
}

std::optional<Day> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto year = digits(text.substr(0, 4));
  auto month = digits(text.substr(5, 2));
  auto day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  year_month_day ymd{std::chrono::year(*year), std::chrono::month(unsigned(*month)),
                     std::chrono::day(unsigned(*day))};
  if (!ymd.ok()) return std::nullopt;
  return Day(ymd);
}

std::string local_iso(Moment moment) {
  auto offset = offset_at(moment);
  auto local = moment + offset;
  auto day = std::chrono::floor<std::chrono::days>(local);
  std::chrono::hh_mm_ss time(local - day);
  char text[32];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02d+%02d:00", int(time.hours().count()),
                int(time.minutes().count()), int(time.seconds().count()), int(offset.count()));
  return iso_day(day) + text;
}

Day local_day(Moment moment) {
  return std::chrono::floor<std::chrono::days>(moment + offset_at(moment));
}

std::optional<Moment> parse_moment(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  auto day = parse_day(text.substr(0, 10));
  auto hour = digits(text.substr(11, 2));
  auto minute = digits(text.substr(14, 2));
  auto second = digits(text.substr(17, 2));
  if (!day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  Moment moment = *day + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
                  std::chrono::seconds(*second);
  auto zone = text.substr(19);
  if (zone == "Z") return moment;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') {
    return std::nullopt;
  }
  auto zone_hours = digits(zone.substr(1, 2));
  auto zone_minutes = digits(zone.substr(4, 2));
  if (!zone_hours || !zone_minutes) return std::nullopt;
  auto offset = std::chrono::hours(*zone_hours) + std::chrono::minutes(*zone_minutes);
  return zone[0] == '+' ? moment - offset : moment + offset;
}

Day first_of_month(Day day) {
  year_month_day ymd(day);
  return Day(ymd.year() / ymd.month() / 1);
}

Day last_of_month(Day day) {
  year_month_day ymd(day);
  return Day(ymd.year() / ymd.month() / std::chrono::last);
}

Day add_months(Day day, int months) {
  year_month_day ymd(day);
  auto moved = ymd + std::chrono::months(months);
  if (moved.ok()) return Day(moved);
  return Day(moved.year() / moved.month() / std::chrono::last);
}

}  // namespace semafoor::sandbox::content
