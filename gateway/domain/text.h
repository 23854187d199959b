// SPDX-License-Identifier: Apache-2.0
//
// Texts from outside: whether they are text at all, and their words as a search compares them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace semafoor::domain {

// Splits UTF-8 text into words of letters and digits, lower case, accents folded (é -> e, ß -> ss,
// œ -> oe). Letters outside the Latin script stay as they are. Each word once, in order of
// appearance.
std::vector<std::string> words_of(std::string_view text);

// RFC 3629. Anything else in a text of proto3 makes a message that nobody can read again.
bool is_utf8(std::string_view text);
// `text` with U+FFFD in place of each byte that belongs to no character.
std::string as_utf8(std::string_view text);

}  // namespace semafoor::domain
