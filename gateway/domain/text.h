// SPDX-License-Identifier: Apache-2.0
//
// Words as they are compared in a search.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace semafoor::domain {

// Splits UTF-8 text into words of letters and digits, lower case, accents folded (é -> e, ß -> ss,
// œ -> oe). Letters outside the Latin script stay as they are. Each word once, in order of
// appearance.
std::vector<std::string> words_of(std::string_view text);

}  // namespace semafoor::domain
