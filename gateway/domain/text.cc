// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace semafoor::domain {
namespace {

// Latin-1 letters U+00C0..U+00FF without their accents; nullptr: no letter.
constexpr std::array<const char*, 64> kFolded{
    "a", "a", "a", "a", "a", "a", "ae", "c",     "e", "e", "e", "e", "i", "i", "i",  "i",
    "d", "n", "o", "o", "o", "o", "o",  nullptr, "o", "u", "u", "u", "u", "y", "th", "ss",
    "a", "a", "a", "a", "a", "a", "ae", "c",     "e", "e", "e", "e", "i", "i", "i",  "i",
    "d", "n", "o", "o", "o", "o", "o",  nullptr, "o", "u", "u", "u", "u", "y", "th", "y"};

// Length of the UTF-8 sequence at `i`, 1 for a broken one.
std::size_t sequence_length(std::string_view text, std::size_t i) {
  const auto first = static_cast<unsigned char>(text[i]);
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return i + length <= text.size() ? length : 1;
}

void append_letter(std::string_view sequence, std::string& word) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 2 && first == 0xc3) {
    const char* folded = kFolded[static_cast<unsigned char>(sequence[1]) & 0x3fU];
    if (folded != nullptr) word += folded;
    return;
  }
  if (sequence == "\xc5\x93" || sequence == "\xc5\x92") {
    word += "oe";
    return;
  }
  word.append(sequence);
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end())
      words.push_back(word);
    word.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (length > 1) {
      append_letter(text.substr(i, length), word);
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      word += c;
    } else if (c >= 'A' && c <= 'Z') {
      word += static_cast<char>(c - 'A' + 'a');
    } else if (byte < 0x80) {
      finish();
    }
    i += length;
  }
  finish();
  return words;
}

}  // namespace semafoor::domain
