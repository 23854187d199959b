// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/retry_after.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace semafoor::upstream {
namespace {

template <typename Number>
bool whole_number(std::string_view text, Number& out) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  return problem == std::errc{} && end == text.data() + text.size() && !text.empty();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  text = trimmed(text);
  // "Sun, 06 Nov 1994 08:49:37 GMT"
  if (text.size() != 29 || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' ||
      text[16] != ' ' || text[19] != ':' || text[22] != ':' || text.substr(25) != " GMT") {
    return std::nullopt;
  }
  unsigned day = 0;
  int year = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end() || !whole_number(text.substr(5, 2), day) ||
      !whole_number(text.substr(12, 4), year) || !whole_number(text.substr(17, 2), hour) ||
      !whole_number(text.substr(20, 2), minute) || !whole_number(text.substr(23, 2), second) ||
      hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{
      std::chrono::year{year},
      std::chrono::month{static_cast<unsigned>(month - kMonths.begin()) + 1},
      std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days{date}.time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(days).count() + hour * 3600 +
         minute * 60 + second;
}

std::optional<std::int64_t> parse_retry_after(std::string_view value, std::string_view server_date,
                                              std::int64_t now_unix_seconds) {
  value = trimmed(value);
  std::int64_t seconds = 0;
  if (!whole_number(value, seconds)) {
    const std::optional<std::int64_t> moment = parse_http_date(value);
    if (!moment) return std::nullopt;
    seconds = *moment - parse_http_date(server_date).value_or(now_unix_seconds);
  }
  return std::clamp<std::int64_t>(seconds, 0, kLongestRetryAfterMs / 1000) * 1000;
}

}  // namespace semafoor::upstream
