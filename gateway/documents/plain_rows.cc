// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/plain_rows.h"

#include <utility>

namespace semafoor::documents {

bool is_blank(std::string_view bytes) {
  return bytes.find_first_not_of(" \t\r\x1a") == std::string_view::npos;
}

std::optional<Problem> problem_of(const Line& line, Encoding encoding, std::string& text) {
  const bool whole = decode(encoding, line.bytes, text);
  if (line.too_long)
    return Problem{.code = "row.too_long",
                   .message = "The line is longer than " + std::to_string(kLongestLine) +
                              " bytes, and was passed over. Is this the right file?"};
  if (line.bytes.find('\0') != std::string_view::npos)
    return Problem{.code = "row.nul",
                   .message = "The line holds a NUL byte: it is damaged. Ask for the file again."};
  if (!whole)
    return Problem{.code = "row.encoding",
                   .message = "The line holds bytes that are no " + std::string(name_of(encoding)) +
                              ". Ask for the file again, or say its encoding in the layout."};
  return std::nullopt;
}

Result<bool> PlainRows::next(RawRow& row) {
  Line line;
  for (;;) {
    auto more = lines_.next(line);
    if (!more || !*more) return more;
    if (!is_blank(line.bytes)) break;
  }
  text_.clear();
  row.problem = problem_of(line, encoding_, text_);
  row.line = line.number;
  row.text = text_;
  row.cells.clear();
  return true;
}

}  // namespace semafoor::documents
