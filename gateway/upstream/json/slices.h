// SPDX-License-Identifier: Apache-2.0
//
// Cuts a JSON text into its members or elements without reading what is inside them. So one bad
// element of a page does not take the page with it, and every element is kept as it came, byte for
// byte. What is cut out is then parsed strictly, each piece alone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace semafoor::upstream {

// Deeper nesting is nobody's message.
inline constexpr int kDeepestJson = 64;

// The members of a JSON object, by their names as written; views into `text`. nullopt when the text
// is not an object whose brackets and strings close, or nests deeper than kDeepestJson.
std::optional<std::map<std::string, std::string_view>> object_members(std::string_view text);

// The elements of a JSON array, in order.
std::optional<std::vector<std::string_view>> array_elements(std::string_view text);

// The elements of a JSON array that may break off anywhere: those that are whole. An element is
// whole when something follows it.
std::vector<std::string_view> whole_elements(std::string_view text);

}  // namespace semafoor::upstream
