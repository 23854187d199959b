// SPDX-License-Identifier: Apache-2.0
//
// What a file is written in. Nobody says so, so it is found out: UTF-8 with or without its mark, or
// Windows-1252, which is what an office's programs write when they do not write UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/documents/source.h"
#include "gateway/domain/result.h"

namespace semafoor::documents {

enum class Encoding { utf8, utf8_with_mark, windows_1252 };
// "utf-8", "utf-8 with mark", "windows-1252".
std::string_view name_of(Encoding encoding);

struct TextFacts {
  Encoding encoding = Encoding::utf8;
  // Lines end with LF or CRLF somewhere; a CR alone ends a line where none does.
  bool line_feeds = false;
  std::uint64_t bytes = 0;
};

// Reads everything once. Without `said`: UTF-8 when it has the mark, when all of it is, or when it
// has more good characters of several bytes than bytes that are none (a UTF-8 file with a broken
// row); otherwise Windows-1252. "text.utf16", "text.binary".
Result<TextFacts> examine(const Opener& open, std::optional<Encoding> said = std::nullopt);

// Appends `bytes` as UTF-8. False when they hold what is no character of the encoding; U+FFFD
// stands in its place then.
bool decode(Encoding encoding, std::string_view bytes, std::string& text);

bool is_ascii(std::string_view bytes);

}  // namespace semafoor::documents
