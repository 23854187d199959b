// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/documents/delimited_rows.h"
#include "gateway/documents/row_reader.h"
#include "gateway/domain/masking.h"

namespace semafoor::documents {
namespace {

using Cells = std::vector<std::string>;

struct Looked {
  std::int64_t line;
  Cells cells;
};

Result<std::vector<Looked>> first_rows(const Opener& open, const TextFacts& facts, char separator) {
  auto stream = open();
  if (!stream) return stream.error();
  DelimitedRows rows(std::move(*stream), facts, separator);
  std::vector<Looked> looked;
  RawRow row;
  while (looked.size() < kRowsLookedAt) {
    auto more = rows.next(row);
    if (!more) return more.error();
    if (!*more) break;
    looked.push_back({row.line, Cells(row.cells.begin(), row.cells.end())});
  }
  return looked;
}

// The row as a header; nothing when a mandatory column is not in it.
std::optional<Shape> as_header(const Layout& layout, const Cells& cells) {
  Shape shape;
  shape.width = cells.size();
  shape.header = cells;
  std::vector<std::string> names;
  names.reserve(cells.size());
  for (const std::string& cell : cells) names.push_back(compared_name(cell));
  std::vector<bool> used(cells.size());
  for (const Column& column : layout.columns) {
    std::size_t found = Shape::kNoCell;
    for (std::size_t i = 0; i < names.size() && found == Shape::kNoCell; ++i)
      if (!used[i] &&
          std::find(column.names.begin(), column.names.end(), names[i]) != column.names.end())
        found = i;
    if (found == Shape::kNoCell && column.mandatory) return std::nullopt;
    shape.cells.push_back(found);
    if (found == Shape::kNoCell) continue;
    used[found] = true;
    ++shape.found;
  }
  if (shape.found == 0) return std::nullopt;
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (!used[i])
      shape.others.emplace_back(i, cells[i].empty() ? "#" + std::to_string(i + 1) : cells[i]);
  return shape;
}

// By position; nothing when the rows have too few cells.
std::optional<Shape> by_position(const Layout& layout, const std::vector<Looked>& rows) {
  std::size_t needed = 1;
  for (const Column& column : layout.columns)
    if (column.mandatory) needed = std::max(needed, *column.position + 1);
  const auto skip = static_cast<std::size_t>(layout.skip);
  std::size_t widest = 0;
  for (std::size_t i = std::min(skip, rows.size()); i < rows.size(); ++i)
    widest = std::max(widest, rows[i].cells.size());
  if (widest < needed) return std::nullopt;
  Shape shape;
  shape.skip = skip;
  for (const Column& column : layout.columns) {
    shape.cells.push_back(*column.position);
    if (*column.position < widest) ++shape.found;
  }
  return shape;
}

std::optional<Shape> shape_with(const Layout& layout, const std::vector<Looked>& rows) {
  std::optional<Shape> best;
  if (layout.header != Header::none) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto shape = as_header(layout, rows[i].cells);
      if (!shape || (best && best->found >= shape->found)) continue;
      shape->skip = i + 1;
      shape->header_line = rows[i].line;
      best = std::move(shape);
    }
  }
  if (best || layout.header == Header::names) return best;
  return by_position(layout, rows);
}

Error no_columns(const Layout& layout, const std::vector<Looked>& rows) {
  std::string problem;
  if (layout.header == Header::none) {
    problem = "its rows have too few cells";
  } else {
    problem = "none of its first rows names";
    const char* before = " ";
    for (const Column& column : layout.columns) {
      if (!column.mandatory) continue;
      problem += before + column.field;
      before = ", ";
    }
    if (!rows.empty() && !rows[0].cells.empty())
      problem += "; the first cell is \"" +
                 domain::mask_national_numbers(rows[0].cells[0].substr(0, 40)) + "\"";
  }
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "layout.columns",
               .message = "Looking for the columns of the layout " + layout.name + ": " + problem +
                          ". Is it another layout, or do the names differ?"};
}

}  // namespace

Result<Shape> shape_of(const Opener& open, const TextFacts& facts, const Layout& layout) {
  std::optional<Shape> best;
  std::vector<Looked> seen;
  for (const char separator : {';', '\t', ','}) {
    if (layout.separator && *layout.separator != separator) continue;
    auto rows = first_rows(open, facts, separator);
    if (!rows) return rows.error();
    auto shape = shape_with(layout, *rows);
    if (seen.empty()) seen = std::move(*rows);
    if (!shape || (best && best->found >= shape->found)) continue;
    shape->separator = separator;
    best = std::move(shape);
  }
  if (!best) return no_columns(layout, seen);
  return *std::move(best);
}

}  // namespace semafoor::documents
