// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/masking.h"

namespace semafoor::reference_host {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_separator(char c) {
  return c == '.' || c == '-' || c == ' ' || c == '/';
}

// Where a run of digits and single separators that begins at `from` ends; `digits` counts.
size_t end_of_number(std::string_view text, size_t from, size_t& digits) {
  digits = 0;
  size_t end = from;
  for (size_t at = from; at < text.size(); ++at) {
    if (is_digit(text[at])) {
      ++digits;
      end = at + 1;
    } else if (!is_separator(text[at]) || is_separator(text[at - 1])) {
      break;
    }
  }
  return end;
}

}  // namespace

std::string mask_numbers(std::string_view text) {
  std::string masked(text);
  for (size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    size_t digits = 0;
    const size_t end = end_of_number(text, at, digits);
    // Part of an identifier, such as a UUID, is no number of a person.
    const bool alone =
        (at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]));
    if (digits == 11 && alone) {
      for (size_t i = at; i + 2 < end; ++i)
        if (is_digit(masked[i])) masked[i] = '*';
    }
    at = end;
  }
  return masked;
}

}  // namespace semafoor::reference_host
