// SPDX-License-Identifier: Apache-2.0
//
// For tests: what a document became, and sources that give their bytes in small pieces.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "gateway/documents/document.h"

namespace semafoor::documents::testing {

// Gives at most `piece` bytes at once.
class PieceSource : public Source {
 public:
  PieceSource(std::string bytes, std::size_t piece) : bytes_(std::move(bytes)), piece_(piece) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> to) const override {
    if (offset >= bytes_.size()) return std::size_t{0};
    const auto count =
        std::min({to.size(), piece_, bytes_.size() - static_cast<std::size_t>(offset)});
    std::copy_n(bytes_.data() + offset, count, to.data());
    return count;
  }

 private:
  std::string bytes_;
  std::size_t piece_;
};

struct Collected : Sink {
  struct Line {
    std::int64_t line;
    // What is shown of each column that has a value.
    std::map<std::string, std::string> values;
    std::map<std::string, std::string> rest;
  };
  struct Refused {
    std::string name;
    Kind kind;
    std::string code;
    std::string message;
  };
  std::vector<std::string> parts;
  std::vector<std::string> layouts;
  std::vector<Part> heads;
  std::vector<Line> rows;
  std::vector<BadRow> bad_rows;
  std::vector<StatementLine> statements;
  std::vector<Refused> refusals;
  Counts counts;

  bool begins(const Part& part) override {
    layout_ = part.layout;
    parts.push_back(part.name);
    layouts.push_back(part.layout->name);
    heads.push_back(part);
    return true;
  }
  bool row(const Row& row, const StatementLine* statement) override {
    Line line{.line = row.line, .values = {}, .rest = {row.rest.begin(), row.rest.end()}};
    for (std::size_t i = 0; i < row.values.size(); ++i)
      if (row.values[i].present)
        line.values[layout_->columns[i].field] = shown(layout_->columns[i], row.values[i]);
    rows.push_back(std::move(line));
    if (statement != nullptr) statements.push_back(*statement);
    return true;
  }
  bool bad(const BadRow& row) override {
    bad_rows.push_back(row);
    return true;
  }
  bool ends() override { return true; }
  bool refused(const std::string& name, Kind kind, const Error& error) override {
    refusals.push_back({name, kind, error.code, error.message});
    return true;
  }

 private:
  const Layout* layout_ = nullptr;
};

// `bytes` as a file of this name, by the layouts compiled in or by `layout`.
inline Collected collect(const std::string& bytes, const std::string& name = "list.csv",
                         const Layout* layout = nullptr, std::size_t piece = 1 << 20) {
  static const Layouts layouts = Layouts::builtin();
  static const CodeLists lists = CodeLists::builtin();
  Collected collected;
  const PieceSource source(bytes, piece);
  collected.counts = read_document(
      source, name, {.layouts = &layouts, .lists = &lists, .layout = layout}, collected);
  return collected;
}

}  // namespace semafoor::documents::testing
