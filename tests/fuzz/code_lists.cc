// SPDX-License-Identifier: Apache-2.0
//
// Every file of codes that an administrator may give, by every reader that takes one.
#include "gateway/documents/code_lists.h"
#include "gateway/codes/tables.h"
#include "gateway/documents/budget_articles.h"
#include "gateway/feedback/code_list.h"
#include "gateway/mailbox/families.h"
#include "gateway/signals/signal_types.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

namespace {

template <typename Read>
void see(const Read& read) {
  if (!read) fuzz::must_be_useful(read.error());
}

void see_table(std::string_view text) {
  const auto checked = codes::check(text, "a.json", std::nullopt);
  see(checked);
  if (!checked) return;
  for (const auto& problem : checked->problems)
    fuzz::must(!problem.what.empty() && problem.row >= 0, "a problem says what and where");
  if (!checked->problems.empty()) return;
  fuzz::must(checked->table.kind() == v1::CODE_TABLE_KIND_FEEDBACK_CODES
                 ? feedback::CodeList::parse(text, "a.json").ok()
                 : signals::SignalTypes::parse(text, "a.json").ok(),
             "a table that passes the check is one that its room can work with");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  see(mailbox::Families::parse(text, "a.json"));
  see(signals::SignalTypes::parse(text, "a.json"));
  see(feedback::CodeList::parse(text, "a.json"));
  see(documents::BudgetArticles::parse(text, "a.json"));
  auto lists = documents::CodeLists::builtin();
  see(lists.replace(text, "a.json"));
  see_table(text);
  return 0;
}
