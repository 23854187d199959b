// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/row_reader.h"

#include <algorithm>

#include "gateway/documents/delimited_rows.h"
#include "gateway/documents/plain_rows.h"
#include "gateway/documents/xml_rows.h"

namespace semafoor::documents {
namespace {

constexpr std::size_t kProblems = 8;

void add(std::vector<Problem>& problems, Problem problem) {
  if (problems.size() < kProblems) problems.push_back(std::move(problem));
}

}  // namespace

Result<RowReader> RowReader::open(const Opener& open, const TextFacts& facts, const Layout& layout,
                                  const CodeLists& lists) {
  RowReader reader(layout, lists);
  for (const Column& column : layout.columns) {
    reader.end_ = std::max(reader.end_, column.at + column.length);
    if (column.mandatory) reader.needed_ = std::max(reader.needed_, column.at + 1);
  }
  std::size_t skip = static_cast<std::size_t>(layout.skip);
  if (layout.format == Format::xml) {
    auto rows = XmlRows::open(open, facts, layout);
    if (!rows) return rows.error();
    auto held = std::make_unique<XmlRows>(std::move(*rows));
    reader.xml_ = held.get();
    reader.rows_ = std::move(held);
    return reader;
  }
  if (layout.format == Format::delimited) {
    auto shape = shape_of(open, facts, layout);
    if (!shape) return shape.error();
    reader.shape_ = std::move(*shape);
    skip = reader.shape_->skip;
  }
  auto stream = open();
  if (!stream) return stream.error();
  if (reader.shape_)
    reader.rows_ =
        std::make_unique<DelimitedRows>(std::move(*stream), facts, reader.shape_->separator);
  else
    reader.rows_ = std::make_unique<PlainRows>(std::move(*stream), facts);
  if (auto passed = reader.pass_over(skip); !passed) return passed.error();
  return reader;
}

Result<void> RowReader::pass_over(std::size_t rows) {
  for (std::size_t i = 0; i < rows; ++i) {
    auto more = rows_->next(raw_);
    if (!more) return more.error();
    if (!*more) break;
  }
  return {};
}

bool RowReader::ignored() const {
  const std::size_t at = raw_.text.find_first_not_of(" \"");
  if (at == std::string_view::npos) return false;
  const std::string_view text = raw_.text.substr(at);
  return std::any_of(layout_->ignore.begin(), layout_->ignore.end(),
                     [&](const std::string& start) { return text.starts_with(start); });
}

// Where the characters are.
void RowReader::measure() {
  plain_ = is_ascii(raw_.text);
  length_ = raw_.text.size();
  if (plain_) return;
  begins_.clear();
  for (std::size_t i = 0; i < raw_.text.size(); ++i)
    if ((static_cast<unsigned char>(raw_.text[i]) & 0xc0U) != 0x80) begins_.push_back(i);
  length_ = begins_.size();
}

std::string_view RowReader::part(std::size_t at, std::size_t length) const {
  if (at >= length_) return {};
  const std::size_t to = at + std::min(length, length_ - at);
  if (plain_) return raw_.text.substr(at, to - at);
  const std::size_t begin = begins_[at];
  const std::size_t end = to < length_ ? begins_[to] : raw_.text.size();
  return raw_.text.substr(begin, end - begin);
}

std::string_view RowReader::cell(std::size_t column) const {
  if (layout_->format == Format::fixed)
    return part(layout_->columns[column].at, layout_->columns[column].length);
  const std::size_t at = shape_ ? shape_->cells[column] : column;
  return at < raw_.cells.size() ? raw_.cells[at] : std::string_view();
}

Result<RowReader::Step> RowReader::next(Row& row, BadRow& bad) {
  do {
    auto more = rows_->next(raw_);
    if (!more) return more.error();
    if (!*more) return Step::end;
  } while (!layout_->ignore.empty() && ignored());
  bad.problems.clear();
  if (raw_.problem) {
    bad.problems.push_back(*std::move(raw_.problem));
  } else {
    if (layout_->format == Format::fixed) measure();
    read_row(row, bad.problems);
  }
  if (bad.problems.empty()) return Step::row;
  bad.line = raw_.line;
  bad.text = raw_.text;
  return Step::bad;
}

void RowReader::read_row(Row& row, std::vector<Problem>& problems) {
  row.line = raw_.line;
  row.raw = &raw_;
  row.rest.clear();
  row.values.resize(layout_->columns.size());
  if (layout_->format == Format::fixed && length_ < needed_) {
    add(problems, {.code = "row.short",
                   .message = "The row has " + std::to_string(length_) +
                              " characters; its last mandatory column begins at " +
                              std::to_string(needed_) + "."});
    return;
  }
  for (std::size_t i = 0; i < layout_->columns.size(); ++i) {
    const Column& column = layout_->columns[i];
    if (auto problem = read_value(column, cell(i), *lists_, row.values[i]))
      add(problems, *std::move(problem));
  }
  apply_signs(row, problems);
  read_rest(row, problems);
}

void RowReader::apply_signs(Row& row, std::vector<Problem>& problems) const {
  for (std::size_t i = 0; i < layout_->columns.size(); ++i) {
    const Column& column = layout_->columns[i];
    if (!column.sign || !row.values[*column.sign].present) continue;
    if (row.values[i].number < 0)
      add(problems, {.code = "value.sign",
                     .message = "Column \"" + column.field +
                                "\": it has a sign itself, beside that of its column.",
                     .field = column.field});
    if (row.values[*column.sign].number < 0) row.values[i].number = -row.values[i].number;
  }
}

void RowReader::read_rest(Row& row, std::vector<Problem>& problems) {
  if (xml_ != nullptr) {
    row.rest = xml_->rest();
    return;
  }
  if (!shape_) {
    const std::string_view rest = part(end_, length_);
    if (!is_blank(rest)) row.rest.emplace_back("rest", rest);
    return;
  }
  for (const auto& [at, name] : shape_->others)
    if (at < raw_.cells.size() && !raw_.cells[at].empty())
      row.rest.emplace_back(name, raw_.cells[at]);
  if (shape_->header_line) {
    for (std::size_t i = shape_->width; i < raw_.cells.size(); ++i) {
      if (is_blank(raw_.cells[i])) continue;
      add(problems, {.code = "row.cells",
                     .message = "The row has " + std::to_string(raw_.cells.size()) +
                                " cells, the header " + std::to_string(shape_->width) +
                                ". Is there a separator inside a cell without quotes?"});
      return;
    }
    return;
  }
  for (std::size_t i = 0; i < raw_.cells.size(); ++i)
    if (!raw_.cells[i].empty() &&
        std::find(shape_->cells.begin(), shape_->cells.end(), i) == shape_->cells.end())
      row.rest.emplace_back("#" + std::to_string(i + 1), raw_.cells[i]);
}

}  // namespace semafoor::documents
