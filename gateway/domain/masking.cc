// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/masking.h"

#include <cstddef>

#include "gateway/domain/uuid.h"

namespace semafoor::domain {
namespace {

constexpr std::size_t kUuidLength = 36;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_separator(char c) {
  return c == '.' || c == '-' || c == '/' || c == ' ';
}

// Of a word: what may stand before or after an identifier is none of these.
bool is_inside_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

// An identifier stands at `begin`, whole. About one in forty has eleven digits with nothing but
// hyphens between them.
bool uuid_at(std::string_view text, std::size_t begin) {
  if (begin > 0 && is_inside_word(text[begin - 1])) return false;
  if (begin + kUuidLength < text.size() && is_inside_word(text[begin + kUuidLength])) return false;
  return is_uuid(text.substr(begin, kUuidLength));
}

// End of the run of digits that begins at `begin`, with single separators inside and no identifier;
// counts its digits.
std::size_t end_of_run(std::string_view text, std::size_t begin, std::size_t& digits) {
  std::size_t end = begin;
  digits = 0;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      if (i > begin && uuid_at(text, i)) break;
      ++digits;
      end = i + 1;
    } else if (!is_separator(text[i]) || i + 1 >= text.size() || !is_digit(text[i + 1])) {
      break;
    }
  }
  return end;
}

std::size_t end_of_digits(std::string_view text, std::size_t begin) {
  while (begin < text.size() && is_digit(text[begin])) ++begin;
  return begin;
}

}  // namespace

std::string mask_national_numbers(std::string_view text) {
  std::string masked(text);
  const auto hide = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i)
      if (is_digit(masked[i])) masked[i] = 'x';
  };
  for (std::size_t i = 0; i < text.size();) {
    if (uuid_at(text, i)) {
      i += kUuidLength;
      continue;
    }
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    std::size_t digits = 0;
    const std::size_t run = end_of_run(text, i, digits);
    const std::size_t plain = end_of_digits(text, i);
    if (plain - i == 11) {
      hide(i, plain);
      i = plain;
    } else if (digits == 11) {
      hide(i, run);
      i = run;
    } else {
      i = plain;
    }
  }
  return masked;
}

}  // namespace semafoor::domain
