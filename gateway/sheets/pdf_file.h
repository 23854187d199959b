// SPDX-License-Identifier: Apache-2.0
//
// The bytes of a PDF 1.4 (ISO 32000-1, what both have): pages of text and rules. Each page goes
// away when it is done, so memory grows by two numbers a page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sheets/pdf_font.h"
#include "gateway/sheets/sheet.h"

namespace semafoor::sheets {

// Points (1/72 inch); A4 on its side.
inline constexpr float kPageWidth = 841.89F;
inline constexpr float kPageHeight = 595.28F;

// What one page shows. Places are from the left and from the foot of the page; texts are in
// Windows-1252 without control characters.
class PdfPage {
 public:
  void text(PdfFont font, float size, float left, float bottom, std::string_view text);
  void rule(float left, float right, float y);
  // How many pages the file has: drawn by PdfFile::finish(), in the plain font.
  void page_count(float left, float bottom);
  const std::string& content() const { return content_; }

 private:
  std::string content_;
};

class PdfFile {
 public:
  // The size is that of the letters of page_count(). `sink` outlives it.
  PdfFile(const ByteSink& sink, float count_size) : sink_(sink), count_size_(count_size) {}
  Result<void> add(const PdfPage& page);
  // `title` in Windows-1252; `made_ms` 0: not told.
  Result<void> finish(const std::string& title, std::int64_t made_ms);
  std::size_t pages() const { return pages_; }

 private:
  Result<void> put(std::string_view bytes);
  Result<void> put_object(std::size_t number, std::string_view body);
  Result<void> put_stream(std::size_t number, const std::string& dictionary,
                          const std::string& content);
  Result<void> put_table();
  std::string kids() const;

  const ByteSink& sink_;
  float count_size_;
  std::size_t pages_ = 0;
  std::uint64_t written_ = 0;
  // Where each object begins, by its number; 0: not written.
  std::vector<std::uint64_t> offsets_;
};

}  // namespace semafoor::sheets
