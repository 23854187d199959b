// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/night.h"

#include <ctime>

#include "gateway/os/local_time.h"

namespace semafoor::duties {
namespace {

constexpr int kDayMinutes = 24 * 60;

// "02:00"; -1 when it is none.
int minutes_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return -1;
  for (const std::size_t at : {0u, 1u, 3u, 4u})
    if (text[at] < '0' || text[at] > '9') return -1;
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : -1;
}

// The moment at which the clock on the wall shows `minutes` after midnight, `days` from the day of
// `now_ms` on. mktime() knows of summer time.
std::int64_t wall_ms(std::int64_t now_ms, int days, int minutes) {
  std::tm day = os::local_time(static_cast<std::time_t>(now_ms / 1000));
  day.tm_mday += days;
  day.tm_hour = minutes / 60;
  day.tm_min = minutes % 60;
  day.tm_sec = 0;
  day.tm_isdst = -1;
  return static_cast<std::int64_t>(std::mktime(&day)) * 1000;
}

int length_of(const Night& night) {
  return (night.to - night.from + kDayMinutes) % kDayMinutes;
}

}  // namespace

std::optional<Night> parse_night(std::string_view text) {
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  const Night night{minutes_of(text.substr(0, 5)), minutes_of(text.substr(6))};
  if (night.from < 0 || night.to < 0 || night.from == night.to) return std::nullopt;
  if (length_of(night) > kDayMinutes / 2) return std::nullopt;
  return night;
}

std::int64_t until_night_ms(const Night& night, std::int64_t now_ms, double share, bool done) {
  const std::int64_t length = std::int64_t{length_of(night)} * 60'000;
  const auto into = static_cast<std::int64_t>(share * static_cast<double>(length));
  // A night that spans midnight began yesterday.
  for (int days = -1; days <= 1; ++days) {
    const std::int64_t begin = wall_ms(now_ms, days, night.from);
    const bool present = begin <= now_ms && now_ms < begin + length;
    if (begin + into > now_ms && !(done && present)) return begin + into - now_ms;
  }
  return wall_ms(now_ms, 2, night.from) + into - now_ms;
}

}  // namespace semafoor::duties
