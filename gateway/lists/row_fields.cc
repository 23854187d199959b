// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/row_fields.h"

#include <algorithm>

namespace semafoor::lists {
namespace {

using documents::Shape;

const std::string& no_text() {
  static const std::string kNone;
  return kNone;
}

std::string path_of(const documents::Column& column) {
  std::string path;
  for (const std::string& step : column.path) path += (path.empty() ? "" : "/") + step;
  return path;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(kSpace) - from + 1));
}

// Of a file without a header: as many as its layout reaches.
std::vector<std::string> numbered(const std::vector<std::size_t>& cells) {
  std::size_t width = 0;
  for (const std::size_t cell : cells)
    if (cell != Shape::kNoCell) width = std::max(width, cell + 1);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < width; ++i) names.push_back("#" + std::to_string(i + 1));
  return names;
}

}  // namespace

RowFields::RowFields(const documents::Part& part) : layout_(part.layout) {
  if (part.shape != nullptr) {
    cells_ = part.shape->cells;
    columns_ = part.shape->header.empty() ? numbered(cells_) : part.shape->header;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].empty()) columns_[i] = "#" + std::to_string(i + 1);
  } else if (layout_->format == documents::Format::xml) {
    for (std::size_t i = 0; i < layout_->columns.size(); ++i) {
      cells_.push_back(i);
      columns_.push_back(path_of(layout_->columns[i]));
    }
  } else {
    columns_.emplace_back("row");
  }
}

v1::ListLayout RowFields::named() const {
  v1::ListLayout named;
  named.set_name(layout_->name);
  named.set_version(layout_->version);
  named.set_origin(layout_->origin);
  return named;
}

const documents::Value* RowFields::value(const documents::Row& row, std::string_view field) const {
  const auto at = layout_->column(field);
  return at && row.values[*at].present ? &row.values[*at] : nullptr;
}

const std::string& RowFields::text(const documents::Row& row, std::string_view field) const {
  const auto* found = value(row, field);
  return found == nullptr ? no_text() : found->text;
}

std::int64_t RowFields::number(const documents::Row& row, std::string_view field) const {
  const auto* found = value(row, field);
  return found == nullptr ? 0 : found->number;
}

std::string RowFields::raw(const documents::Row& row, std::string_view field) const {
  const auto at = layout_->column(field);
  if (!at) return {};
  if (*at < cells_.size() && cells_[*at] < row.raw->cells.size())
    return trimmed(row.raw->cells[cells_[*at]]);
  return documents::shown(layout_->columns[*at], row.values[*at]);
}

std::string RowFields::column(const documents::Row& row, std::size_t at) const {
  if (cells_.empty()) return std::string(row.raw->text);
  return at < row.raw->cells.size() ? std::string(row.raw->cells[at]) : std::string();
}

std::optional<std::size_t> RowFields::column_of(std::string_view field) const {
  const auto at = layout_->column(field);
  if (!at || *at >= cells_.size() || cells_[*at] >= columns_.size()) return std::nullopt;
  return cells_[*at];
}

}  // namespace semafoor::lists
