// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/delimited_rows.h"

#include <cstring>
#include <utility>
#include <vector>

#include "gateway/documents/plain_rows.h"

namespace semafoor::documents {
namespace {

Problem problem_with_quotes(bool closed) {
  return Problem{
      .code = "row.quotes",
      .message = closed ? std::string("Behind a closing quote stands something else than a "
                                      "separator. A quote inside a quoted cell is written twice.")
                        : "A quote opens a cell, and nothing closes it within " +
                              std::to_string(kLinesOfRow) + " lines."};
}

// Spreadsheets write separators where a row is empty.
bool is_empty(std::string_view bytes, char separator) {
  const char none[] = {' ', '\t', '\r', '\x1a', separator};
  return bytes.find_first_not_of({none, sizeof none}) == std::string_view::npos;
}

}  // namespace

Result<bool> DelimitedRows::next_line() {
  if (!again_.empty()) {
    kept_ = std::move(again_.front());
    again_.pop_front();
    line_ = {.bytes = kept_.bytes, .number = kept_.number, .too_long = kept_.too_long};
    return true;
  }
  return lines_.next(line_);
}

// Cells of text_, without what it would cost to grow while views of it are held.
DelimitedRows::Split DelimitedRows::split(RawRow& row) {
  row.cells.clear();
  cells_.clear();
  cells_.reserve(text_.size());
  const char* at = text_.data();
  const char* const end = at + text_.size();
  for (;;) {
    if (row.cells.size() == kCellsOfRow) return Split::too_many;
    if (at == end || *at != '"') {
      const auto* stop = static_cast<const char*>(
          at == end ? nullptr : std::memchr(at, separator_, static_cast<std::size_t>(end - at)));
      if (stop == nullptr) {
        row.cells.emplace_back(at, static_cast<std::size_t>(end - at));
        return Split::whole;
      }
      row.cells.emplace_back(at, static_cast<std::size_t>(stop - at));
      at = stop + 1;
      continue;
    }
    const std::size_t from = cells_.size();
    for (++at;;) {
      const auto* quote = static_cast<const char*>(
          at == end ? nullptr : std::memchr(at, '"', static_cast<std::size_t>(end - at)));
      if (quote == nullptr) return Split::open;
      cells_.append(at, quote);
      at = quote + 1;
      if (at == end || *at != '"') break;
      cells_ += '"';
      ++at;
    }
    row.cells.emplace_back(cells_.data() + from, cells_.size() - from);
    while (at != end && *at == ' ' && separator_ != ' ') ++at;
    if (at == end) return Split::whole;
    if (*at != separator_) return Split::broken;
    ++at;
  }
}

Result<bool> DelimitedRows::next(RawRow& row) {
  for (;;) {
    const auto more = next_line();
    if (!more || !*more) return more;
    if (!is_empty(line_.bytes, separator_)) break;
  }
  text_.clear();
  row.problem = problem_of(line_, encoding_, text_);
  row.line = line_.number;
  row.text = text_;
  row.cells.clear();
  if (row.problem) return true;
  const Split split_now = split(row);
  if (split_now == Split::open) {
    if (auto finished = finish_quoted(row); !finished) return finished.error();
  } else if (split_now == Split::broken) {
    row.problem = problem_with_quotes(true);
  } else if (split_now == Split::too_many) {
    row.problem = Problem{.code = "row.too_many_cells",
                          .message = "The row has more than " + std::to_string(kCellsOfRow) +
                                     " cells. Is the separator the right one?"};
  }
  return true;
}

// A quote is open at the end of text_: the row goes on, or it is the only one that is spoilt.
Result<void> DelimitedRows::finish_quoted(RawRow& row) {
  const std::size_t first = text_.size();
  std::vector<KeptLine> taken;
  bool closed = false;
  while (taken.size() + 1 < kLinesOfRow) {
    const auto more = next_line();
    if (!more) return more.error();
    if (!*more) break;
    taken.push_back({std::string(line_.bytes), line_.number, line_.too_long});
    text_ += '\n';
    if (problem_of(line_, encoding_, text_) || text_.size() > kLongestLine) break;
    if (line_.bytes.find('"') == std::string_view::npos) continue;
    const Split now = split(row);
    if (now == Split::open) continue;
    if (now == Split::whole) {
      row.text = text_;
      return {};
    }
    closed = now == Split::broken;
    break;
  }
  again_.insert(again_.begin(), std::make_move_iterator(taken.begin()),
                std::make_move_iterator(taken.end()));
  text_.resize(first);
  row.text = text_;
  row.cells.clear();
  row.problem = problem_with_quotes(closed);
  return {};
}

}  // namespace semafoor::documents
