// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/budget_articles.h"
#include "gateway/documents/document.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

namespace {

class Nobody : public documents::Sink {
 public:
  bool begins(const documents::Part&) override { return true; }
  bool row(const documents::Row&, const documents::StatementLine*) override { return true; }
  bool bad(const documents::BadRow&) override { return true; }
  bool ends() override { return true; }
  bool refused(const std::string&, documents::Kind, const Error& error) override {
    fuzz::must_be_useful(error);
    return true;
  }
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto layouts = documents::Layouts::builtin();
  static const auto lists = documents::CodeLists::builtin();
  const auto text = fuzz::text_of(data, size);
  if (const auto table = documents::BudgetArticles::parse(text, "a.json"); !table)
    fuzz::must_be_useful(table.error());
  const auto layout = documents::parse_layout(text, "a.json");
  if (!layout) {
    fuzz::must_be_useful(layout.error());
    return 0;
  }
  // A layout may say what it likes of a file: here of itself, and of a list.
  Nobody sink;
  for (const auto& bytes : {std::string(text), std::string("a;b;c\n1;2;3\n\"x\n;;\n")}) {
    const documents::MemorySource source(bytes);
    documents::read_document(source, "a.csv",
                             {.layouts = &layouts, .lists = &lists, .layout = &*layout}, sink);
  }
  return 0;
}
