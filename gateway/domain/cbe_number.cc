// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/cbe_number.h"

#include <algorithm>
#include <utility>

namespace semafoor::domain {

bool is_valid_cbe(std::string_view digits) {
  if (digits.size() != 10 ||
      !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  if (digits[0] != '0' && digits[0] != '1') return false;
  int first_eight = 0;
  for (std::size_t i = 0; i < 8; ++i) first_eight = first_eight * 10 + (digits[i] - '0');
  return (digits[8] - '0') * 10 + (digits[9] - '0') == 97 - first_eight % 97;
}

std::optional<CbeNumber> CbeNumber::parse(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == '.' || c == ' ') continue;
    digits += c;
  }
  if (digits.size() == 9) digits.insert(digits.begin(), '0');
  if (!is_valid_cbe(digits)) return std::nullopt;
  return CbeNumber(std::move(digits));
}

std::string padded_cbe(std::string_view text) {
  const auto number = CbeNumber::parse(text);
  return number ? number->value() : std::string(text);
}

}  // namespace semafoor::domain
