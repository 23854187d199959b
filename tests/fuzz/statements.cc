// SPDX-License-Identifier: Apache-2.0
//
// A statement, in two halves as if they were two months.
#include "gateway/documents/document.h"
#include "gateway/documents/statement_difference.h"
#include "gateway/documents/statement_totals.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

namespace {

class Summing : public documents::Sink {
 public:
  explicit Summing(const documents::BudgetArticles& articles) : totals(articles) {}
  documents::StatementTotals totals;
  documents::StatementDifference difference;
  std::int64_t lines = 0;

  bool begins(const documents::Part&) override { return true; }
  bool row(const documents::Row&, const documents::StatementLine* line) override {
    fuzz::must(line != nullptr, "a statement has lines");
    fuzz::must(line->eurocents <= documents::kLargestAmount &&
                   line->eurocents >= -documents::kLargestAmount,
               "an amount is bounded");
    fuzz::must(line->month >= 190001 && line->month <= 999912, "a month is one");
    if (totals.add(*line)) ++lines;
    lines % 2 == 0 ? difference.add_before(*line) : difference.add_now(*line);
    return true;
  }
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
  static const auto articles = documents::BudgetArticles::load().value();
  const documents::MemorySource source{std::string(fuzz::text_of(data, size))};
  for (const auto* name : {"MONTHLY-STATEMENT", "X-MONTHLY-STATEMENT-CSV"}) {
    Summing sink(articles);
    documents::read_document(source, "a.txt",
                             {.layouts = &layouts, .lists = &lists, .layout = layouts.find(name)},
                             sink);
    std::int64_t by_article = 0;
    for (const auto& [article, total] : sink.totals.by_article()) by_article += total.eurocents();
    std::int64_t by_dossier = 0;
    for (const auto& [dossier, total] : sink.totals.by_dossier()) by_dossier += total.eurocents();
    fuzz::must(by_article == sink.totals.all().eurocents(), "articles add up to all");
    fuzz::must(by_dossier == sink.totals.all().eurocents(), "dossiers add up to all");
    fuzz::must(sink.totals.all().lines == sink.lines, "each line is counted once");
    std::int64_t changed = 0;
    sink.difference.changes([&](const documents::StatementChange& change) {
      fuzz::must(change.lines_before + change.lines_now > 0, "a change has a line");
      changed += change.eurocents_now + change.eurocents_before;
    });
    fuzz::must(sink.difference.same() > 0 || changed == sink.totals.all().eurocents(),
               "changes add up to all");
  }
  return 0;
}
