// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "gateway/documents/budget_articles.h"
#include "gateway/documents/code_lists.h"
#include "gateway/documents/layouts.h"
#include "gateway/domain/result.h"

namespace semafoor::lists {

// By what documents are read.
struct Rules {
  documents::Layouts layouts;
  documents::CodeLists codes;
  documents::BudgetArticles articles;
};

// Files of the administrator; empty: what is compiled in.
struct RuleFiles {
  // A folder of layouts (docs/layouts.md).
  std::filesystem::path layouts;
  std::filesystem::path signal_types;
  std::filesystem::path feedback_codes;
  std::filesystem::path budget_articles;
};

// "layout.*", "data.unreadable", "data.invalid": the file and what is wrong in it.
Result<std::shared_ptr<const Rules>> load_rules(const RuleFiles& files);

}  // namespace semafoor::lists
