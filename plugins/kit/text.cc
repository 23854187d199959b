// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/text.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

namespace semafoor::kit {
namespace {

constexpr int kDigitsOfANationalNumber = 11;

bool digit(char c) {
  return c >= '0' && c <= '9';
}

bool separator(char c) {
  return c == '.' || c == '-' || c == ' ' || c == '/';
}

// Bytes of the character that begins at `at`, or 0 when it is not one (RFC 3629: no overlong forms,
// no surrogates, at most U+10FFFF).
std::size_t character_at(const unsigned char* at, std::size_t left) {
  const auto follows = [&](std::size_t index, unsigned low = 0x80, unsigned high = 0xBF) {
    return index < left && at[index] >= low && at[index] <= high;
  };
  if (at[0] < 0x80) return 1;
  if (at[0] >= 0xC2 && at[0] <= 0xDF) return follows(1) ? 2 : 0;
  if (at[0] >= 0xE0 && at[0] <= 0xEF) {
    const unsigned low = at[0] == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = at[0] == 0xED ? 0x9F : 0xBF;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (at[0] >= 0xF0 && at[0] <= 0xF4) {
    const unsigned low = at[0] == 0xF0 ? 0x90 : 0x80;
    const unsigned high = at[0] == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = std::tolower(static_cast<unsigned char>(a[i - 1])) ==
                        std::tolower(static_cast<unsigned char>(b[j - 1]));
      const std::size_t changed = diagonal + (same ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

}  // namespace

bool valid_utf8(std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t left = text.size();
  while (left > 0) {
    // Eight ASCII bytes at a time: nearly all of a JSON document is ASCII.
    std::uint64_t eight = 0;
    if (left >= sizeof eight) {
      std::memcpy(&eight, at, sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        at += sizeof eight;
        left -= sizeof eight;
        continue;
      }
    }
    const std::size_t size = character_at(at, left);
    if (size == 0) return false;
    at += size;
    left -= size;
  }
  return true;
}

bool printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

std::string without_numbers(std::string_view text) {
  std::string masked(text);
  std::size_t at = 0;
  while (at < masked.size()) {
    if (!digit(masked[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    int digits = 0;
    while (end < masked.size() &&
           (digit(masked[end]) ||
            (separator(masked[end]) && end + 1 < masked.size() && digit(masked[end + 1])))) {
      digits += digit(masked[end]) ? 1 : 0;
      ++end;
    }
    if (digits >= kDigitsOfANationalNumber)
      std::replace_if(masked.begin() + static_cast<std::ptrdiff_t>(at),
                      masked.begin() + static_cast<std::ptrdiff_t>(end), digit, '*');
    at = end;
  }
  return masked;
}

std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  // Longer words are not typing errors, and comparing them would cost.
  if (word.size() > 64) return {};
  std::string_view best;
  std::size_t least = word.size() / 2 + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t steps = distance(word, candidate);
    if (steps < least) {
      least = steps;
      best = candidate;
    }
  }
  return best;
}

}  // namespace semafoor::kit
