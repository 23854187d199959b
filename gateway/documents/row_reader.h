// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/documents/code_lists.h"
#include "gateway/documents/layout.h"
#include "gateway/documents/raw_row.h"
#include "gateway/documents/source.h"
#include "gateway/documents/value.h"

namespace semafoor::documents {

// Which cell of a delimited file is which column's.
struct Shape {
  char separator = ';';
  // The line of the header; nothing when there is none.
  std::optional<std::int64_t> header_line;
  // Rows to pass over, the header included.
  std::size_t skip = 0;
  // For each column its cell; kNoCell when the file has none.
  std::vector<std::size_t> cells;
  static constexpr std::size_t kNoCell = static_cast<std::size_t>(-1);
  // The header, as it came; empty without one.
  std::vector<std::string> header;
  // Cells of the header that no column describes.
  std::vector<std::pair<std::size_t, std::string>> others;
  // Of the header; 0 without one.
  std::size_t width = 0;
  // Columns that the file has.
  std::size_t found = 0;
};

// How many rows are looked at to find out separator and header.
inline constexpr std::size_t kRowsLookedAt = 10;

// "layout.columns": no separator makes rows of it that have the mandatory columns.
Result<Shape> shape_of(const Opener& open, const TextFacts& facts, const Layout& layout);

// The rows of one file by one layout. A row that cannot be used costs no other.
class RowReader {
 public:
  // Opener, layout and lists outlive it. Errors of XmlRows::open, "layout.columns".
  static Result<RowReader> open(const Opener& open, const TextFacts& facts, const Layout& layout,
                                const CodeLists& lists);

  enum class Step { row, bad, end };
  // Fills `row` or `bad`, and keeps what they have of memory.
  Result<Step> next(Row& row, BadRow& bad);

  // The row that was read last, as it came.
  std::string_view text() const { return raw_.text; }
  // Of delimited files.
  const std::optional<Shape>& shape() const { return shape_; }
  // Characters of the row that was read last; of fixed width.
  std::size_t length() const { return length_; }

 private:
  RowReader(const Layout& layout, const CodeLists& lists) : layout_(&layout), lists_(&lists) {}
  Result<void> pass_over(std::size_t rows);
  bool ignored() const;
  void measure();
  std::string_view part(std::size_t at, std::size_t length) const;
  std::string_view cell(std::size_t column) const;
  void read_row(Row& row, std::vector<Problem>& problems);
  void read_rest(Row& row, std::vector<Problem>& problems);
  void apply_signs(Row& row, std::vector<Problem>& problems) const;

  const Layout* layout_;
  const CodeLists* lists_;
  std::unique_ptr<RawRows> rows_;
  // rows_ itself, when it is of XML.
  const class XmlRows* xml_ = nullptr;
  std::optional<Shape> shape_;
  RawRow raw_;
  // Of fixed width: whether characters are bytes; otherwise where each begins.
  bool plain_ = true;
  std::vector<std::size_t> begins_;
  std::size_t length_ = 0;
  // Behind the last column.
  std::size_t end_ = 0;
  // Characters without which a mandatory column is not there.
  std::size_t needed_ = 0;
};

}  // namespace semafoor::documents
