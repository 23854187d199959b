// SPDX-License-Identifier: Apache-2.0
#include "gateway/sheets/csv.h"

#include <utility>

#include "gateway/sheets/cell_text.h"

namespace semafoor::sheets {
namespace {

constexpr std::size_t kPiece = 32 * 1024;

class CsvWriter final : public Writer {
 public:
  CsvWriter(const Table& table, ByteSink sink, const Options& options)
      : table_(table), sink_(std::move(sink)), options_(options) {
    if (options.mark) held_ = "\xef\xbb\xbf";
  }

  Result<void> begin() override {
    for (const auto& line : table_.cover) {
      text(line.name);
      text(line.value);
      if (auto ended = end_line(); !ended) return ended;
    }
    if (!table_.cover.empty())
      if (auto ended = end_line(); !ended) return ended;
    for (const auto& column : table_.columns) text(column.name);
    return end_line();
  }

  Result<void> add(Row row) override {
    row.resize(table_.columns.size());
    for (std::size_t i = 0; i < row.size(); ++i) cell(table_.columns[i].kind, row[i]);
    ++rows_;
    return end_line();
  }

  Result<Written> finish() override {
    if (auto flushed = flush(); !flushed) return flushed.error();
    return Written{.rows = rows_};
  }

 private:
  // What people typed, or an authority wrote.
  void text(std::string_view raw) {
    std::string text = clean(raw);
    constexpr std::string_view kRisky = "=+-@\t\n'";
    if (options_.guard_formulas && !text.empty() && kRisky.find(text[0]) != std::string_view::npos)
      text.insert(0, 1, '\'');
    put(text);
  }

  void cell(Kind kind, const Cell& cell) {
    if (const auto* raw = std::get_if<std::string>(&cell))
      text(*raw);
    else
      put(plain_text(kind, cell));
  }

  Result<void> end_line() {
    held_ += "\r\n";
    first_ = true;
    return held_.size() < kPiece ? Result<void>() : flush();
  }

  Result<void> flush() {
    auto taken = held_.empty() ? Result<void>() : sink_(held_);
    held_.clear();
    return taken;
  }

  void put(std::string_view text) {
    if (!first_) held_ += options_.separator;
    first_ = false;
    if (text.find_first_of("\"\n") == std::string_view::npos &&
        text.find(options_.separator) == std::string_view::npos) {
      held_ += text;
      return;
    }
    held_ += '"';
    for (const char c : text) {
      if (c == '"') held_ += '"';
      held_ += c;
    }
    held_ += '"';
  }

  const Table& table_;
  const ByteSink sink_;
  const Options options_;
  std::string held_;
  bool first_ = true;
  std::int64_t rows_ = 0;
};

}  // namespace

std::unique_ptr<Writer> make_csv_writer(const Table& table, ByteSink sink, const Options& options) {
  return std::make_unique<CsvWriter>(table, std::move(sink), options);
}

}  // namespace semafoor::sheets
