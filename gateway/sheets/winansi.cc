// SPDX-License-Identifier: Apache-2.0
#include "gateway/sheets/winansi.h"

#include <array>
#include <cstddef>

namespace semafoor::sheets {
namespace {

// What Windows-1252 has at 0x80 to 0x9f; 0: nothing.
constexpr std::array<char32_t, 32> kMiddle{
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

// Latin Extended-A, U+0100 to U+017F, without its accents.
constexpr std::string_view kPlain =
    "AaAaAaCcCcCcCcDd"
    "DdEeEeEeEeEeGgGg"
    "GgGgHhHhIiIiIiIi"
    "Ii??JjKkkLlLlLlL"
    "lLlNnNnNnnNnOoOo"
    "Oo??RrRrRrSsSsSs"
    "??TtTtTtUuUuUuUu"
    "UuUuWwYy?ZzZz??s";
static_assert(kPlain.size() == 128);

// The next character of good UTF-8; takes its bytes away.
char32_t next_of(std::string_view& text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const char32_t first = byte(0);
  const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  constexpr std::array<char32_t, 5> kBits{0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t letter = first & kBits[length];
  for (std::size_t i = 1; i < length; ++i) letter = (letter << 6U) | (byte(i) & 0x3fU);
  text.remove_prefix(length < text.size() ? length : text.size());
  return letter;
}

// 0: Windows-1252 has none.
unsigned char same_letter(char32_t letter) {
  if (letter == '\n') return '\n';
  if (letter < 0x20 || letter == 0x7f) return ' ';
  if (letter < 0x7f || (letter >= 0xa0 && letter <= 0xff))
    return static_cast<unsigned char>(letter);
  for (std::size_t i = 0; i < kMiddle.size(); ++i)
    if (kMiddle[i] == letter) return static_cast<unsigned char>(0x80 + i);
  return 0;
}

char like_letter(char32_t letter) {
  constexpr std::string_view kRomanian = "SsTt";
  if (letter >= 0x100 && letter < 0x180) return kPlain[letter - 0x100];
  if (letter >= 0x218 && letter <= 0x21b) return kRomanian[letter - 0x218];
  return '?';
}

}  // namespace

std::string to_winansi(std::string_view utf8, std::int64_t& unshown) {
  std::string text;
  text.reserve(utf8.size());
  while (!utf8.empty()) {
    const char32_t letter = next_of(utf8);
    const unsigned char same = same_letter(letter);
    if (same == 0) ++unshown;
    text += same != 0 ? static_cast<char>(same) : like_letter(letter);
  }
  return text;
}

}  // namespace semafoor::sheets
