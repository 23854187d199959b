// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace semafoor::documents {

// What the first bytes of a document say it is.
enum class Kind { empty, text, xml, zip, pdf, word, spreadsheet, html, image, packed };

inline constexpr std::size_t kHeadOfKind = 1024;

// `head`: the first kHeadOfKind bytes, or all there are. What is nothing else is text; reading it
// shows whether it is.
Kind kind_of(std::string_view head);
// By its name too, where the bytes leave it open (Word and Excel before 2007 are one format).
Kind kind_of(std::string_view head, std::string_view name);

// "PDF", "Word": for people.
std::string_view name_of(Kind kind);
bool has_rows(Kind kind);

}  // namespace semafoor::documents
