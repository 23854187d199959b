// SPDX-License-Identifier: Apache-2.0
#include "gateway/sheets/cell_text.h"

#include <array>
#include <cstdio>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/text.h"

namespace semafoor::sheets {
namespace {

template <typename... Numbers>
std::string formatted(const char* format, Numbers... numbers) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, numbers...);
  return buffer.data();
}

// The digits of a number without its sign, also of the lowest one.
std::string digits_of(std::int64_t number) {
  auto size = static_cast<std::uint64_t>(number);
  if (number < 0) size = 0 - size;
  return std::to_string(size);
}

std::string amount_text(std::int64_t eurocents, bool grouped) {
  std::string digits = digits_of(eurocents);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  digits.insert(digits.size() - 2, 1, ',');
  if (grouped)
    for (auto at = static_cast<int>(digits.size()) - 6; at > 0; at -= 3)
      digits.insert(static_cast<std::size_t>(at), 1, '.');
  return (eurocents < 0 ? "-" : "") + digits;
}

std::string date_text(std::int64_t yyyymmdd, bool shown) {
  const auto year = static_cast<int>(yyyymmdd / 10'000);
  const auto month = static_cast<int>(yyyymmdd / 100 % 100);
  const auto day = static_cast<int>(yyyymmdd % 100);
  return shown ? formatted("%02d/%02d/%04d", day, month, year)
               : formatted("%04d-%02d-%02d", year, month, day);
}

std::string moment_text(std::int64_t unix_ms, bool shown) {
  const auto at = domain::belgian_time(unix_ms);
  return date_text(at.date(), shown) +
         (shown ? formatted(" %02d:%02d", at.hour, at.minute)
                : formatted(" %02d:%02d:%02d", at.hour, at.minute, at.second));
}

std::string text_of(Kind kind, const Cell& cell, bool shown) {
  if (const auto* text = std::get_if<std::string>(&cell)) return clean(*text);
  const auto* number = std::get_if<std::int64_t>(&cell);
  if (number == nullptr) return {};
  switch (kind) {
    case Kind::date:
      return date_text(*number, shown);
    case Kind::amount:
      return amount_text(*number, shown);
    case Kind::moment:
      return moment_text(*number, shown);
    case Kind::text:
    case Kind::number:
      break;
  }
  return std::to_string(*number);
}

}  // namespace

std::string plain_text(Kind kind, const Cell& cell) {
  return text_of(kind, cell, false);
}

std::string shown_text(Kind kind, const Cell& cell) {
  return text_of(kind, cell, true);
}

std::string clean(std::string_view text) {
  std::string good;
  const std::string utf8 = domain::as_utf8(text);
  good.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte == '\r') {
      if (i + 1 == utf8.size() || utf8[i + 1] != '\n') good += '\n';
    } else if (byte >= 0x20 ? byte != 0x7f : (byte == '\n' || byte == '\t')) {
      good += utf8[i];
    }
  }
  return good;
}

}  // namespace semafoor::sheets
