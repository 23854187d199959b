// SPDX-License-Identifier: Apache-2.0
//
// A table on the pages of a PDF, filled from top to bottom. Inside sheets/ only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/sheets/pdf_file.h"
#include "gateway/sheets/sheet.h"

namespace semafoor::sheets {

class PdfPages {
 public:
  // Both outlive it.
  PdfPages(const Table& table, const ByteSink& sink);

  // A page of its own before the table.
  Result<void> add_cover();
  // Begins a page of the table, with its headings.
  Result<void> begin_table();
  // One text a column, UTF-8. A row that is higher than what is left of the page begins on the next
  // one; one that is higher than a page goes on over pages.
  Result<void> add_row(const std::vector<std::string>& texts);
  // Says what could not be shown, and ends the file. The last call.
  Result<void> finish();
  // Letters that could not be shown as they are.
  std::int64_t unshown() const { return unshown_; }

 private:
  using Lines = std::vector<std::string>;
  struct Style {
    PdfFont font = PdfFont::plain;
    float size = 0;
  };

  Result<void> begin_page();
  Result<void> end_page();
  void add_lines(const Style& style, float left, const Lines& lines);
  // In Windows-1252, as the fonts have it.
  std::string encoded(std::string_view utf8);
  std::vector<Lines> cells_of(const Style& style, const std::vector<std::string>& texts);
  void draw(const Style& style, const std::vector<Lines>& cells, std::size_t from, std::size_t to);
  bool fits(const Style& style, std::size_t lines) const;

  static constexpr Style kTitle{PdfFont::bold, 11};
  static constexpr Style kCoverName{PdfFont::bold, 9};
  static constexpr Style kCoverValue{PdfFont::plain, 9};
  static constexpr Style kHeading{PdfFont::bold, 7};
  static constexpr Style kCell{PdfFont::plain, 7};

  const Table& table_;
  PdfFile file_;
  std::optional<PdfPage> page_;
  // Of each column.
  std::vector<float> left_;
  std::vector<float> width_;
  std::vector<Lines> headings_;
  // The foot of what is written; from the foot of the page, as PDF counts.
  float y_ = 0;
  std::int64_t unshown_ = 0;
};

}  // namespace semafoor::sheets
