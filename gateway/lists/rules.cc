// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/rules.h"

#include <utility>

#include "gateway/data/data_file.h"

namespace semafoor::lists {
namespace {

Result<void> replace(documents::CodeLists& codes, const char* list,
                     const std::filesystem::path& file) {
  if (file.empty()) return {};
  auto text = data::text_of(file, {});
  if (!text) return text.error();
  return codes.replace(list, *text, file.string());
}

}  // namespace

Result<std::shared_ptr<const Rules>> load_rules(const RuleFiles& files) {
  auto articles = documents::BudgetArticles::load(files.budget_articles);
  if (!articles) return articles.error();
  auto layouts = files.layouts.empty() ? Result<documents::Layouts>(documents::Layouts::builtin())
                                       : documents::Layouts::load(files.layouts);
  if (!layouts) return layouts.error();
  auto codes = documents::CodeLists::builtin();
  for (const auto& [list, file] : {std::pair("signal-types", &files.signal_types),
                                   std::pair("feedback-codes", &files.feedback_codes),
                                   std::pair("budget-articles", &files.budget_articles)})
    if (auto replaced = replace(codes, list, *file); !replaced) return replaced.error();
  return std::shared_ptr<const Rules>(
      std::make_shared<Rules>(Rules{std::move(*layouts), std::move(codes), std::move(*articles)}));
}

}  // namespace semafoor::lists
