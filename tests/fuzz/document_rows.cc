// SPDX-License-Identifier: Apache-2.0
//
// Delimited rows by each separator, and any document by the layouts that are compiled in.
#include "gateway/documents/delimited_rows.h"
#include "gateway/documents/document.h"
#include "gateway/domain/text.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

namespace {

class Checked : public documents::Sink {
 public:
  bool begins(const documents::Part& part) override {
    layout_ = part.layout;
    line_ = 0;
    return true;
  }
  bool row(const documents::Row& row, const documents::StatementLine*) override {
    follows(row.line);
    fuzz::must(row.values.size() == layout_->columns.size(), "each column has a value");
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      fuzz::must(row.values[i].present || !layout_->columns[i].mandatory,
                 "what is mandatory is there");
      fuzz::must(domain::is_utf8(documents::shown(layout_->columns[i], row.values[i])),
                 "a value is UTF-8");
    }
    return true;
  }
  bool bad(const documents::BadRow& row) override {
    follows(row.line);
    fuzz::must(!row.problems.empty(), "a bad row says why");
    fuzz::must(domain::is_utf8(row.text), "its text is UTF-8");
    for (const auto& problem : row.problems) {
      fuzz::must_be_useful(problem);
      fuzz::must(domain::is_utf8(problem.message), "its reason is UTF-8");
    }
    return true;
  }
  bool ends() override { return true; }
  bool refused(const std::string&, documents::Kind, const Error& error) override {
    fuzz::must_be_useful(error);
    return true;
  }

 private:
  void follows(std::int64_t line) {
    fuzz::must(line > line_ || layout_->format == documents::Format::xml, "lines go forward");
    line_ = line;
  }
  const documents::Layout* layout_ = nullptr;
  std::int64_t line_ = 0;
};

void split(const documents::Source& source, char separator) {
  const auto open = documents::opener_of(source);
  const auto facts = documents::examine(open);
  if (!facts) return;
  documents::DelimitedRows rows(open().value(), *facts, separator);
  documents::RawRow row;
  std::int64_t line = 0;
  while (rows.next(row).value()) {
    fuzz::must(row.line > line, "lines go forward");
    line = row.line;
    std::size_t bytes = 0;
    for (const auto cell : row.cells) bytes += cell.size();
    fuzz::must(bytes <= row.text.size(), "cells are parts of their row");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto layouts = documents::Layouts::builtin();
  static const auto lists = documents::CodeLists::builtin();
  const documents::MemorySource source{std::string(fuzz::text_of(data, size))};
  for (const char separator : {';', ',', '\t'}) split(source, separator);
  Checked sink;
  documents::read_document(source, "a.csv", {.layouts = &layouts, .lists = &lists}, sink);
  // One layout that need not fit, another for each input.
  const auto& layout = layouts.all()[size % layouts.all().size()];
  documents::read_document(source, "a.csv",
                           {.layouts = &layouts, .lists = &lists, .layout = &layout}, sink);
  return 0;
}
