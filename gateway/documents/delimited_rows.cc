// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/delimited_rows.h"

#include <cstring>
#include <utility>
#include <vector>

#include "gateway/documents/plain_rows.h"

namespace semafoor::documents {
namespace {

Problem too_many_cells() {
  return Problem{.code = "row.too_many_cells",
                 .message = "The row has more than " + std::to_string(kCellsOfRow) +
                            " cells. Is the separator the right one?"};
}

Problem nothing_closes() {
  return Problem{.code = "row.quotes",
                 .message = "A quote opens a cell, and nothing closes it within " +
                            std::to_string(kLongestLine) + " bytes."};
}

Problem something_behind() {
  return Problem{.code = "row.quotes",
                 .message =
                     "Behind a closing quote stands something else than a separator. A quote "
                     "inside a quoted cell is written twice."};
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

void DelimitedRows::start(RawRow& row) {
  row.cells.clear();
  cells_.clear();
  // Views of it are held: it does not grow while text_ does not.
  cells_.reserve(text_.size());
  at_ = 0;
  quoted_ = false;
}

// Takes cells from what text_ has since the last time. "open" when it ends inside a quoted one.
DelimitedRows::Split DelimitedRows::split(RawRow& row) {
  const char* at = text_.data() + at_;
  const char* const end = text_.data() + text_.size();
  const auto find = [&](char what) {
    return static_cast<const char*>(
        at == end ? nullptr : std::memchr(at, what, static_cast<std::size_t>(end - at)));
  };
  for (;;) {
    if (!quoted_) {
      if (row.cells.size() == kCellsOfRow) return Split::too_many;
      if (at == end || *at != '"') {
        const char* const stop = find(separator_);
        row.cells.emplace_back(at, static_cast<std::size_t>((stop != nullptr ? stop : end) - at));
        if (stop == nullptr) return Split::whole;
        at = stop + 1;
        continue;
      }
      ++at;
      quoted_ = true;
      from_ = cells_.size();
    }
    for (;;) {
      const char* const quote = find('"');
      cells_.append(at, quote != nullptr ? quote : end);
      if (quote == nullptr) {
        at_ = text_.size();
        return Split::open;
      }
      at = quote + 1;
      if (at == end || *at != '"') break;
      cells_ += '"';
      ++at;
    }
    quoted_ = false;
    row.cells.emplace_back(cells_.data() + from_, cells_.size() - from_);
    while (at != end && *at == ' ') ++at;
    if (at == end) return Split::whole;
    if (*at != separator_) return Split::broken;
    ++at;
  }
}

Result<bool> DelimitedRows::next(RawRow& row) {
  for (;;) {
    auto more = next_line();
    if (!more || !*more) return more;
    if (!is_empty(line_.bytes, separator_)) break;
  }
  text_.clear();
  row.problem = problem_of(line_, encoding_, text_);
  row.line = line_.number;
  row.text = text_;
  row.cells.clear();
  if (row.problem) return true;
  start(row);
  const Split split_now = split(row);
  if (split_now == Split::open) {
    if (auto finished = finish_quoted(row); !finished) return finished.error();
  } else if (split_now == Split::broken) {
    row.problem = something_behind();
  } else if (split_now == Split::too_many) {
    row.problem = too_many_cells();
  }
  return true;
}

// A quote is open at the end of text_: the row goes on, or it is the only one that is spoilt.
Result<void> DelimitedRows::finish_quoted(RawRow& row) {
  const std::size_t first = text_.size();
  std::vector<KeptLine> taken;
  Problem problem = nothing_closes();
  // A character is at most three bytes; one line more than fits is read.
  constexpr std::size_t kMost = 5 * kLongestLine;
  text_.reserve(kMost);
  start(row);
  cells_.reserve(kMost);
  split(row);
  for (;;) {
    const auto more = next_line();
    if (!more) return more.error();
    if (!*more) break;
    taken.push_back({std::string(line_.bytes), line_.number, line_.too_long});
    text_ += '\n';
    if (problem_of(line_, encoding_, text_) || text_.size() > kLongestLine) break;
    const Split now = split(row);
    if (now == Split::open) continue;
    if (now == Split::whole) {
      row.text = text_;
      return {};
    }
    problem = now == Split::broken ? something_behind() : too_many_cells();
    break;
  }
  again_.insert(again_.begin(), std::make_move_iterator(taken.begin()),
                std::make_move_iterator(taken.end()));
  text_.resize(first);
  row.text = text_;
  row.cells.clear();
  row.problem = std::move(problem);
  return {};
}

}  // namespace semafoor::documents
