// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "gateway/documents/budget_articles.h"
#include "gateway/documents/statement.h"

namespace semafoor::documents {

struct Total {
  std::int64_t lines = 0;
  // Eurocents at 100 %: what was paid, what was taken back (negative), and both together.
  std::int64_t paid = 0;
  std::int64_t taken_back = 0;
  std::int64_t eurocents() const { return paid + taken_back; }
  // The State's part, line by line; without the lines whose article the table does not have.
  std::int64_t state = 0;
  std::int64_t unknown_lines = 0;

  bool operator==(const Total&) const = default;
};

// Sums over lines in any order. An article takes the same memory whatever the number of its lines,
// and so does a dossier.
class StatementTotals {
 public:
  // A statement with more articles than this is none.
  static constexpr std::size_t kArticles = 10'000;
  // Dossier and suffix.
  using DossierKey = std::pair<std::string, std::string>;

  // `articles` outlives it. Without `dossiers` only the articles are summed.
  explicit StatementTotals(const BudgetArticles& articles, bool dossiers = true)
      : articles_(&articles), with_dossiers_(dossiers) {}
  // "statement.too_many_articles"; the line is not counted then.
  Result<void> add(const StatementLine& line);

  const Total& all() const { return all_; }
  const std::map<std::string, Total, std::less<>>& by_article() const { return by_article_; }
  const std::map<DossierKey, Total>& by_dossier() const { return by_dossier_; }

 private:
  const BudgetArticles* articles_;
  bool with_dossiers_;
  Total all_;
  std::map<std::string, Total, std::less<>> by_article_;
  std::map<DossierKey, Total> by_dossier_;
};

}  // namespace semafoor::documents
