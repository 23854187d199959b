// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/current_statement.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gateway/lists/entries.h"

namespace semafoor::lists {
namespace {

// Of one month there are a handful.
Result<std::vector<v1::Statement>> statements_of(store::Reader& reader, const store::Org& org,
                                                 int month, v1::MessageFamily kind) {
  store::EntryQuery query;
  query.limit = 500;
  query.from = month;
  query.to = month;
  std::vector<v1::Statement> found;
  do {
    auto page = reader.entries(org, kStatementEntry, query);
    if (!page) return page.error();
    for (const store::Entry& entry : page->items) {
      auto statement = record_of<v1::Statement>(entry);
      if (!statement) return statement.error();
      if (statement->kind() == kind) found.push_back(std::move(*statement));
    }
    query.position = std::move(page->position);
  } while (!query.position.empty());
  return found;
}

std::pair<std::int64_t, std::string> rank_of(const v1::Statement& statement) {
  return {statement.received_at().unix_ms(), statement.statement_id()};
}

}  // namespace

Result<void> settle_current(store::Transaction& tx, const store::Org& org, int month,
                            v1::MessageFamily kind) {
  auto all = statements_of(tx, org, month, kind);
  if (!all) return all.error();
  const auto latest = std::max_element(all->begin(), all->end(), [](const auto& a, const auto& b) {
    return rank_of(a) < rank_of(b);
  });
  for (auto one = all->begin(); one != all->end(); ++one) {
    const bool current = one == latest;
    if (one->current() == current) continue;
    one->set_current(current);
    if (auto put = put_statement(tx, *one); !put) return put;
  }
  return {};
}

Result<std::optional<v1::Statement>> current_statement(store::Reader& reader, const store::Org& org,
                                                       int month, v1::MessageFamily kind) {
  auto all = statements_of(reader, org, month, kind);
  if (!all) return all.error();
  for (auto& one : *all)
    if (one.current()) return std::optional(std::move(one));
  return std::optional<v1::Statement>();
}

}  // namespace semafoor::lists
