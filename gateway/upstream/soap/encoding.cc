// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/encoding.h"

#include <openssl/evp.h>

#include <chrono>
#include <cstdio>

namespace semafoor::upstream::soap {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct Moment {
  int year, month, day, hour, minute, second, millisecond;
};

Moment moment_of(std::int64_t unix_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds(unix_ms)};
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss<milliseconds> time(at - day);
  return {int(date.year()),
          static_cast<int>(unsigned(date.month())),
          static_cast<int>(unsigned(date.day())),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count()),
          static_cast<int>(time.subseconds().count())};
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> base64_binary(std::string_view text) {
  std::string packed;
  packed.reserve(text.size());
  for (const char c : text) {
    if (!is_space(c)) packed += c;
  }
  if (packed.size() % 4 != 0) return std::nullopt;
  const std::size_t end = packed.find('=');
  const std::size_t padding = end == std::string::npos ? 0 : packed.size() - end;
  if (padding > 2 || packed.find_first_not_of('=', packed.size() - padding) != std::string::npos) {
    return std::nullopt;
  }
  std::string bytes(packed.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(packed.data()),
                                   static_cast<int>(packed.size()));
  if (size < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::string date_time(std::int64_t unix_ms) {
  const Moment at = moment_of(unix_ms);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", at.year, at.month, at.day,
                at.hour, at.minute, at.second, at.millisecond);
  return text;
}

std::string compact_date_time(std::int64_t unix_ms) {
  const Moment at = moment_of(unix_ms);
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02d%02dT%02d%02d%02d", at.year, at.month, at.day, at.hour,
                at.minute, at.second);
  return text;
}

}  // namespace semafoor::upstream::soap
