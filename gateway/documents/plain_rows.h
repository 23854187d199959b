// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/documents/lines.h"
#include "gateway/documents/raw_row.h"

namespace semafoor::documents {

// Each line is a row. Codes: "row.too_long", "row.nul", "row.encoding".
class PlainRows : public RawRows {
 public:
  PlainRows(std::unique_ptr<ByteStream> stream, const TextFacts& facts)
      : lines_(std::move(stream), facts), encoding_(facts.encoding) {}
  Result<bool> next(RawRow& row) override;

 private:
  LineReader lines_;
  Encoding encoding_;
  std::string text_;
};

// What is wrong with a line before it is taken apart; its text is appended all the same.
std::optional<Problem> problem_of(const Line& line, Encoding encoding, std::string& text);
// White space alone, or the end mark of DOS (0x1A).
bool is_blank(std::string_view bytes);

}  // namespace semafoor::documents
