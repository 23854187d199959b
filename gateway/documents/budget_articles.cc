// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/budget_articles.h"

#include <utility>

#include "gateway/data/data_file.h"
#include "gateway/domain/date.h"

namespace semafoor::documents {
namespace {

constexpr int kOpenEnd = 99991231;
constexpr int kWhole = 10'000;

BudgetArticle article_of(const data::Node& node, v1::Origin origin) {
  node.only({"article", "validFrom", "validTo", "share", "text"});
  BudgetArticle article{.article = node.at("article").text(),
                        .origin = origin,
                        .text = node.at("text").localized(),
                        .valid_from = domain::date_number(node.at("validFrom").date()),
                        .valid_to = kOpenEnd,
                        .share = node.at("share").whole(0, kWhole)};
  if (const auto to = node.find("validTo")) {
    article.valid_to = domain::date_number(to->date());
    if (article.valid_to < article.valid_from) to->fail("lies before validFrom");
  }
  if (origin == v1::ORIGIN_PROJECT && !article.article.starts_with('X'))
    node.at("article").fail("an article of the project starts with \"X\"");
  if (origin == v1::ORIGIN_OFFICIAL && article.article.starts_with('X'))
    node.at("article").fail("an official article does not start with \"X\"");
  return article;
}

}  // namespace

Result<BudgetArticles> BudgetArticles::load(const std::filesystem::path& file) {
  auto text = data::text_of(file, data::builtin_budget_articles());
  if (!text) return text.error();
  return parse(*text, file.empty() ? "the built-in budget articles" : file.string());
}

Result<BudgetArticles> BudgetArticles::parse(std::string_view json, const std::string& name) {
  BudgetArticles table;
  auto read = data::read(json, name, "semafoor.budget-articles/1", [&](const data::Node& root) {
    root.only({"schema", "version", "origin", "articles"});
    root.at("version").text();
    const auto origin = root.at("origin").origin();
    for (const auto& node : root.at("articles").items()) {
      auto article = article_of(node, origin);
      auto& dated = table.articles_[article.article];
      for (const BudgetArticle& other : dated)
        if (article.valid_from <= other.valid_to && other.valid_from <= article.valid_to)
          node.at("article").fail("stands twice on the list for the same days");
      dated.push_back(std::move(article));
      ++table.size_;
    }
  });
  if (!read) return read.error();
  return table;
}

const BudgetArticle* BudgetArticles::find(std::string_view article, int month) const {
  const auto found = articles_.find(article);
  if (found == articles_.end()) return nullptr;
  const int day = month * 100 + 1;
  for (const BudgetArticle& dated : found->second)
    if (dated.valid_from <= day && day <= dated.valid_to) return &dated;
  return nullptr;
}

std::int64_t state_share(std::int64_t eurocents, int share) {
  const std::int64_t product = eurocents * share;
  return (product + (product < 0 ? -kWhole / 2 : kWhole / 2)) / kWhole;
}

}  // namespace semafoor::documents
