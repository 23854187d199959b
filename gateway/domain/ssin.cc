// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/ssin.h"

#include <algorithm>
#include <cstdint>

namespace semafoor::domain {

bool is_valid_ssin(std::string_view digits) {
  if (digits.size() != 11 ||
      !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  const auto number = [&](std::size_t from, std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = from; i < from + count; ++i) value = value * 10 + (digits[i] - '0');
    return value;
  };
  const std::int64_t month = number(2, 2);
  const std::int64_t day = number(4, 2);
  const std::int64_t plain_month = month >= 40 ? month - 40 : month >= 20 ? month - 20 : month;
  if (plain_month > 12 || day > 31) return false;
  const std::int64_t first_nine = number(0, 9);
  const std::int64_t check = number(9, 2);
  return check == 97 - first_nine % 97 || check == 97 - (2'000'000'000 + first_nine) % 97;
}

}  // namespace semafoor::domain
