// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/moment.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>

#include "tests/sandbox/content/dates.h"

namespace semafoor::sandbox::ksz {
namespace {

// As the shape: 0 stands for a digit.
bool looks_like(std::string_view text, std::string_view shape) {
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(), [](char c, char wanted) {
           return wanted == '0' ? std::isdigit(static_cast<unsigned char>(c)) != 0 : c == wanted;
         });
}

int two(std::string_view text, std::size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

std::string shown(std::int64_t seconds, const char* shape) {
  const std::chrono::sys_seconds moment{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  char text[40];
  std::snprintf(text, sizeof text, shape, static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace

std::string date_time(std::int64_t seconds) {
  return shown(seconds, "%04d-%02u-%02uT%02d:%02d:%02dZ");
}

std::string compact_date_time(std::int64_t seconds) {
  return shown(seconds, "%04d%02u%02uT%02d%02d%02d");
}

std::optional<std::int64_t> read_date_time(std::string_view text) {
  constexpr std::size_t kSeconds = 19;
  if (text.size() < kSeconds + 1 || !looks_like(text.substr(0, kSeconds), "0000-00-00T00:00:00")) {
    return std::nullopt;
  }
  auto day = content::parse_day(text.substr(0, 10));
  int hour = two(text, 11), minute = two(text, 14), second = two(text, 17);
  if (!day || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  auto zone = text.substr(kSeconds);
  if (zone[0] == '.') {
    auto end = zone.find_first_not_of("0123456789", 1);
    if (end == std::string_view::npos || end == 1) return std::nullopt;
    zone.remove_prefix(end);
  }
  std::int64_t offset = 0;
  if (looks_like(zone, "+00:00") || looks_like(zone, "-00:00")) {
    offset = (two(zone, 1) * 60 + two(zone, 4)) * (zone[0] == '-' ? -60 : 60);
  } else if (zone != "Z") {
    return std::nullopt;
  }
  auto whole = std::chrono::sys_seconds(*day) + std::chrono::hours(hour) +
               std::chrono::minutes(minute) + std::chrono::seconds(second);
  return whole.time_since_epoch().count() - offset;
}

bool is_compact_date_time(std::string_view text) {
  return looks_like(text, "00000000T000000");
}

}  // namespace semafoor::sandbox::ksz
