// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/format.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace semafoor::reference_host {

int64_t as_number(const Json& value) {
  if (value.is_string())
    return std::strtoll(value.get_ref<const std::string&>().c_str(), nullptr, 10);
  return value.is_number() ? value.get<int64_t>() : 0;
}

std::string as_text(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string localized(const Json& text, const std::string& language) {
  if (!text.is_object()) return {};
  for (const std::string& tried :
       {language, std::string("nl"), std::string("fr"), std::string("de"), std::string("en")}) {
    std::string found = tried.empty() ? std::string{} : as_text(text, tried.c_str());
    if (!found.empty()) return found;
  }
  return {};
}

std::string moment(const Json& instant) {
  if (!instant.is_object() || !instant.contains("unixMs")) return {};
  using std::chrono::milliseconds;
  const std::chrono::sys_time<milliseconds> time(milliseconds(as_number(instant["unixMs"])));
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  if (!date.ok()) return {};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()));
  return text.data();
}

std::string day(const Json& date) {
  if (!date.is_object() || as_number(date.value("year", Json(0))) == 0) return {};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d",
                static_cast<int>(as_number(date.value("year", Json(0)))),
                static_cast<int>(as_number(date.value("month", Json(0)))),
                static_cast<int>(as_number(date.value("day", Json(0)))));
  return text.data();
}

std::string period(const Json& value) {
  if (!value.is_object()) return {};
  const std::string from = day(value.value("from", Json()));
  const std::string to = day(value.value("to", Json()));
  return from.empty() && to.empty() ? "" : from + " to " + (to.empty() ? "now" : to);
}

std::string money(const Json& amount) {
  if (!amount.is_object()) return {};
  const int64_t cents = as_number(amount.value("eurocents", Json(0)));
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%s%lld.%02lld", cents < 0 ? "-" : "",
                static_cast<long long>(std::llabs(cents / 100)),
                static_cast<long long>(std::llabs(cents % 100)));
  return text.data();
}

std::string short_name(const std::string& name, const std::string& prefix) {
  std::string shortened = name.rfind(prefix, 0) == 0 ? name.substr(prefix.size()) : name;
  std::transform(shortened.begin(), shortened.end(), shortened.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return shortened;
}

std::string full_name(const std::string& name, const std::string& prefix) {
  std::string full = name;
  std::transform(full.begin(), full.end(), full.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  return full.rfind(prefix, 0) == 0 ? full : prefix + full;
}

}  // namespace semafoor::reference_host
