// SPDX-License-Identifier: Apache-2.0
#include "gateway/sheets/pdf_file.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "gateway/domain/date.h"

namespace semafoor::sheets {
namespace {

// Numbers of the objects that are there once; pages and what they show follow.
constexpr std::size_t kCatalog = 1;
constexpr std::size_t kPages = 2;
constexpr std::size_t kPlainFont = 3;
constexpr std::size_t kBoldFont = 4;
constexpr std::size_t kCount = 5;
constexpr std::size_t kInfo = 6;
constexpr std::size_t kFirstPage = 7;

// Hundredths of a point, always with a point, whatever the process's locale.
std::string number(float points) {
  const auto hundredths = static_cast<long>(std::lround(points * 100));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%s%ld.%02ld", hundredths < 0 ? "-" : "",
                std::labs(hundredths) / 100, std::labs(hundredths) % 100);
  return text.data();
}

std::string literal(std::string_view text) {
  std::string quoted = "(";
  for (const char c : text) {
    if (c == '(' || c == ')' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + ")";
}

std::string reference(std::size_t object) {
  return std::to_string(object) + " 0 R";
}

std::string font_object(const char* name) {
  return std::string("<</Type/Font/Subtype/Type1/BaseFont/") + name + "/Encoding/WinAnsiEncoding>>";
}

// Of the document's properties, which have another encoding: its first half, and what both share.
std::string property_text(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || (byte >= 0x7f && byte < 0xa1);
      },
      ' ');
  return literal(text);
}

std::string info_object(const std::string& title, std::int64_t made_ms) {
  std::string info = "<</Producer(Semafoor)/Title" + property_text(title);
  if (made_ms > 0) {
    constexpr std::int64_t kDay = 86'400'000;
    const auto second = static_cast<int>(made_ms % kDay / 1000);
    std::array<char, 64> date{};
    std::snprintf(date.data(), date.size(), "/CreationDate(D:%08d%02d%02d%02dZ)",
                  domain::date_number(domain::date_of_ms(made_ms)), second / 3600, second / 60 % 60,
                  second % 60);
    info += date.data();
  }
  return info + ">>";
}

}  // namespace

void PdfPage::text(PdfFont font, float size, float left, float bottom, std::string_view text) {
  if (text.empty()) return;
  content_ += std::string("BT ") + (font == PdfFont::bold ? "/B " : "/P ") + number(size) + " Tf " +
              number(left) + ' ' + number(bottom) + " Td " + literal(text) + " Tj ET\n";
}

void PdfPage::rule(float left, float right, float y) {
  content_ += "0.4 w " + number(left) + ' ' + number(y) + " m " + number(right) + ' ' + number(y) +
              " l S\n";
}

void PdfPage::page_count(float left, float bottom) {
  content_ += "q 1 0 0 1 " + number(left) + ' ' + number(bottom) + " cm /N Do Q\n";
}

Result<void> PdfFile::add(const PdfPage& page) {
  const std::size_t object = kFirstPage + 2 * pages_++;
  if (auto put = put_stream(object + 1, "", page.content()); !put) return put;
  return put_object(object, "<</Type/Page/Parent " + reference(kPages) + "/Contents " +
                                reference(object + 1) + ">>");
}

Result<void> PdfFile::finish(const std::string& title, std::int64_t made_ms) {
  const std::string fonts =
      "/Font<</P " + reference(kPlainFont) + "/B " + reference(kBoldFont) + ">>";
  PdfPage count;
  count.text(PdfFont::plain, count_size_, 0, 0, std::to_string(pages_));
  const std::string count_dictionary =
      "/Type/XObject/Subtype/Form/BBox[0 -10 100 50]/Resources<<" + fonts + ">>";
  // What all pages share stands with the list of them, and is inherited.
  const std::string pages = "<</Type/Pages/Count " + std::to_string(pages_) + "/MediaBox[0 0 " +
                            number(kPageWidth) + ' ' + number(kPageHeight) + "]/Resources<<" +
                            fonts + "/XObject<</N " + reference(kCount) + ">>>>/Kids[" + kids() +
                            "]>>";
  const std::array<std::pair<std::size_t, std::string>, 5> objects{{
      {kCatalog, "<</Type/Catalog/Pages " + reference(kPages) + ">>"},
      {kPages, pages},
      {kPlainFont, font_object("Helvetica")},
      {kBoldFont, font_object("Helvetica-Bold")},
      {kInfo, info_object(title, made_ms)},
  }};
  for (const auto& [object, body] : objects)
    if (auto put = put_object(object, body); !put) return put;
  if (auto put = put_stream(kCount, count_dictionary, count.content()); !put) return put;
  return put_table();
}

std::string PdfFile::kids() const {
  std::string all;
  for (std::size_t i = 0; i < pages_; ++i) all += reference(kFirstPage + 2 * i) + '\n';
  return all;
}

Result<void> PdfFile::put(std::string_view bytes) {
  written_ += bytes.size();
  return sink_(bytes);
}

Result<void> PdfFile::put_object(std::size_t object, std::string_view body) {
  if (written_ == 0) {
    // The second line has bytes above 127: who moves the file sees that it is no text.
    if (auto begun = put("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"); !begun) return begun;
  }
  offsets_.resize(std::max(offsets_.size(), object + 1));
  offsets_[object] = written_;
  return put(std::to_string(object) + " 0 obj\n" + std::string(body) + "\nendobj\n");
}

Result<void> PdfFile::put_stream(std::size_t object, const std::string& dictionary,
                                 const std::string& content) {
  auto size = compressBound(static_cast<uLong>(content.size()));
  std::string packed(size, '\0');
  const int code =
      compress(reinterpret_cast<Bytef*>(packed.data()), &size,
               reinterpret_cast<const Bytef*>(content.data()), static_cast<uLong>(content.size()));
  if (code != Z_OK)
    return Error{.kind = ErrorKind::internal,
                 .code = "sheets.write_failed",
                 .message =
                     "Write a table as PDF: a page could not be packed, because there is "
                     "not enough memory. Ask again later, or take CSV."};
  packed.resize(size);
  return put_object(object, "<<" + dictionary + "/Length " + std::to_string(packed.size()) +
                                "/Filter/FlateDecode>>\nstream\n" + packed + "\nendstream");
}

Result<void> PdfFile::put_table() {
  const std::uint64_t at = written_;
  std::string table = "xref\n0 " + std::to_string(offsets_.size()) + "\n0000000000 65535 f \n";
  for (std::size_t object = 1; object < offsets_.size(); ++object) {
    std::array<char, 32> line{};
    std::snprintf(line.data(), line.size(), "%010llu 00000 n \n",
                  static_cast<unsigned long long>(offsets_[object]));
    table += line.data();
  }
  return put(table + "trailer\n<</Size " + std::to_string(offsets_.size()) + "/Root " +
             reference(kCatalog) + "/Info " + reference(kInfo) + ">>\nstartxref\n" +
             std::to_string(at) + "\n%%EOF\n");
}

}  // namespace semafoor::sheets
