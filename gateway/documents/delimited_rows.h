// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "gateway/documents/lines.h"
#include "gateway/documents/raw_row.h"

namespace semafoor::documents {

inline constexpr std::size_t kCellsOfRow = 1000;

// Cells between separators (RFC 4180, with any separator): a cell that begins with a quote goes to
// the next single one, over ends of lines (which become LF), and "" in it is one quote. Quotes
// inside another cell are letters. A row has at most kLongestLine bytes. A quote that nothing
// closes spoils its own line alone: reading goes on with the next one. Codes: those of PlainRows,
// "row.quotes", "row.too_many_cells".
class DelimitedRows : public RawRows {
 public:
  DelimitedRows(std::unique_ptr<ByteStream> stream, const TextFacts& facts, char separator)
      : lines_(std::move(stream), facts), encoding_(facts.encoding), separator_(separator) {}
  Result<bool> next(RawRow& row) override;

 private:
  struct KeptLine {
    std::string bytes;
    std::int64_t number;
    bool too_long;
  };
  enum class Split { whole, open, broken, too_many };

  Result<bool> next_line();
  void start(RawRow& row);
  Split split(RawRow& row);
  Result<void> finish_quoted(RawRow& row);

  LineReader lines_;
  Encoding encoding_;
  char separator_;
  // Read once already, because a quote seemed to go on over them.
  std::deque<KeptLine> again_;
  KeptLine kept_;
  Line line_;
  std::string text_;
  std::string cells_;
  // Where split() goes on: in text_; in a quoted cell, which begins there in cells_.
  std::size_t at_ = 0;
  bool quoted_ = false;
  std::size_t from_ = 0;
};

}  // namespace semafoor::documents
