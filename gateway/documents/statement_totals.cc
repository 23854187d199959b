// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/statement_totals.h"

namespace semafoor::documents {
namespace {

void add_to(Total& total, std::int64_t eurocents, std::optional<std::int64_t> state) {
  ++total.lines;
  (eurocents < 0 ? total.taken_back : total.paid) += eurocents;
  if (state)
    total.state += *state;
  else
    ++total.unknown_lines;
}

}  // namespace

Result<void> StatementTotals::add(const StatementLine& line) {
  auto article = by_article_.find(line.article);
  if (article == by_article_.end()) {
    if (by_article_.size() == kArticles)
      return Error{.kind = ErrorKind::invalid_argument,
                   .code = "statement.too_many_articles",
                   .message = "Summing a monthly statement: it has more than " +
                              std::to_string(kArticles) +
                              " budget articles, which none has. Is its layout right?"};
    article = by_article_.emplace(line.article, Total()).first;
  }
  std::optional<std::int64_t> state;
  if (const BudgetArticle* known = articles_->find(line.article, line.month))
    state = state_share(line.eurocents, known->share);
  add_to(all_, line.eurocents, state);
  add_to(article->second, line.eurocents, state);
  if (with_dossiers_) add_to(by_dossier_[{line.dossier, line.suffix}], line.eurocents, state);
  return {};
}

}  // namespace semafoor::documents
