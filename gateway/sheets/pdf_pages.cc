// SPDX-License-Identifier: Apache-2.0
#include "gateway/sheets/pdf_pages.h"

#include <algorithm>

#include "gateway/sheets/cell_text.h"
#include "gateway/sheets/winansi.h"

namespace semafoor::sheets {
namespace {

constexpr float kMargin = 28;
constexpr float kTextWidth = kPageWidth - 2 * kMargin;
// Below it only the foot.
constexpr float kBottom = 44;
constexpr float kFoot = 26;
// Room for the number of pages, at the right of the foot.
constexpr float kCountWidth = 24;
// Of the names on the cover.
constexpr float kNameWidth = 190;
// Between columns, and under a row.
constexpr float kGap = 4;
constexpr float kUnderRow = 3;
constexpr float kLeading = 1.2F;
// What is higher would leave no room for rows.
constexpr std::size_t kMostHeadingLines = 10;
constexpr std::size_t kMostTitleLines = 2;

std::size_t highest(const std::vector<std::vector<std::string>>& cells) {
  std::size_t lines = 1;
  for (const auto& cell : cells) lines = std::max(lines, cell.size());
  return lines;
}

bool aligned_right(Kind kind) {
  return kind == Kind::number || kind == Kind::amount;
}

}  // namespace

PdfPages::PdfPages(const Table& table, const ByteSink& sink)
    : table_(table), file_(sink, kCell.size) {
  float weights = 0;
  for (const auto& column : table.columns) weights += static_cast<float>(std::max(column.width, 1));
  float left = kMargin;
  std::vector<std::string> names;
  for (const auto& column : table.columns) {
    const float share = kTextWidth * static_cast<float>(std::max(column.width, 1)) / weights;
    left_.push_back(left);
    width_.push_back(share - kGap);
    names.push_back(column.name);
    left += share;
  }
  headings_ = cells_of(kHeading, names);
  for (auto& lines : headings_) lines.resize(std::min(lines.size(), kMostHeadingLines));
}

Result<void> PdfPages::add_cover() {
  if (auto begun = begin_page(); !begun) return begun;
  for (const auto& line : table_.cover) {
    const auto name =
        wrapped(kCoverName.font, kCoverName.size, encoded(line.name), kNameWidth - kGap);
    const auto value =
        wrapped(kCoverValue.font, kCoverValue.size, encoded(line.value), kTextWidth - kNameWidth);
    if (!fits(kCoverValue, std::max(name.size(), value.size())))
      if (auto begun = begin_page(); !begun) return begun;
    const float top = y_;
    add_lines(kCoverName, kMargin, name);
    const float under_name = y_;
    y_ = top;
    add_lines(kCoverValue, kMargin + kNameWidth, value);
    y_ = std::min(y_, under_name) - kUnderRow;
  }
  return {};
}

Result<void> PdfPages::begin_table() {
  if (auto begun = begin_page(); !begun) return begun;
  draw(kHeading, headings_, 0, highest(headings_));
  page_->rule(kMargin, kPageWidth - kMargin, y_ - kUnderRow);
  y_ -= 2 * kUnderRow;
  return {};
}

Result<void> PdfPages::add_row(const std::vector<std::string>& texts) {
  const auto cells = cells_of(kCell, texts);
  const std::size_t lines = highest(cells);
  if (!fits(kCell, lines))
    if (auto begun = begin_table(); !begun) return begun;
  for (std::size_t from = 0; from < lines;) {
    if (!fits(kCell, 1))
      if (auto begun = begin_table(); !begun) return begun;
    std::size_t to = from + 1;
    while (to < lines && fits(kCell, to - from + 1)) ++to;
    draw(kCell, cells, from, to);
    from = to;
  }
  y_ -= kUnderRow;
  return {};
}

Result<void> PdfPages::finish() {
  // The title may have some too.
  const std::string title = encoded(table_.title);
  if (unshown_ > 0) {
    const auto note =
        wrapped(kCoverValue.font, kCoverValue.size, encoded(table_.unshown_note), kTextWidth);
    if (!fits(kCoverValue, note.size() + 1))
      if (auto begun = begin_page(); !begun) return begun;
    y_ -= kCoverValue.size;
    add_lines(kCoverValue, kMargin, note);
  }
  if (auto ended = end_page(); !ended) return ended;
  return file_.finish(title, table_.made_ms);
}

Result<void> PdfPages::begin_page() {
  if (auto ended = end_page(); !ended) return ended;
  page_.emplace();
  y_ = kPageHeight - kMargin;
  std::int64_t counted_elsewhere = 0;
  auto title = wrapped(kTitle.font, kTitle.size, to_winansi(clean(table_.title), counted_elsewhere),
                       kTextWidth);
  title.resize(std::min(title.size(), kMostTitleLines));
  add_lines(kTitle, kMargin, title);
  y_ -= 2 * kUnderRow;
  return {};
}

Result<void> PdfPages::end_page() {
  if (!page_) return {};
  std::int64_t counted_elsewhere = 0;
  const std::string number = std::to_string(file_.pages() + 1) + "/";
  const float right = kPageWidth - kMargin - kCountWidth;
  page_->text(kCell.font, kCell.size, kMargin, kFoot,
              to_winansi(clean(table_.footer), counted_elsewhere));
  page_->text(kCell.font, kCell.size, right - width_of(kCell.font, kCell.size, number), kFoot,
              number);
  page_->page_count(right, kFoot);
  auto added = file_.add(*page_);
  page_.reset();
  return added;
}

void PdfPages::add_lines(const Style& style, float left, const Lines& lines) {
  for (const auto& line : lines) {
    y_ -= style.size * kLeading;
    page_->text(style.font, style.size, left, y_, line);
  }
}

std::string PdfPages::encoded(std::string_view utf8) {
  return to_winansi(clean(utf8), unshown_);
}

std::vector<PdfPages::Lines> PdfPages::cells_of(const Style& style,
                                                const std::vector<std::string>& texts) {
  std::vector<Lines> cells;
  cells.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size() && i < width_.size(); ++i)
    cells.push_back(wrapped(style.font, style.size, encoded(texts[i]), width_[i]));
  return cells;
}

void PdfPages::draw(const Style& style, const std::vector<Lines>& cells, std::size_t from,
                    std::size_t to) {
  for (std::size_t line = from; line < to; ++line) {
    y_ -= style.size * kLeading;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (line >= cells[i].size()) continue;
      const std::string& text = cells[i][line];
      const float space = aligned_right(table_.columns[i].kind)
                              ? width_[i] - width_of(style.font, style.size, text)
                              : 0;
      page_->text(style.font, style.size, left_[i] + space, y_, text);
    }
  }
}

bool PdfPages::fits(const Style& style, std::size_t lines) const {
  return y_ - static_cast<float>(lines) * style.size * kLeading >= kBottom;
}

}  // namespace semafoor::sheets
