// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/forget.h"

#include <algorithm>
#include <vector>

#include "gateway/domain/date.h"
#include "gateway/lists/bad_rows.h"
#include "gateway/lists/current_statement.h"
#include "gateway/lists/entries.h"

namespace semafoor::lists {
namespace {

Result<void> drop_rows(store::Transaction& tx, const store::Org& org, const std::string& kind,
                       const std::string& of, std::int64_t last) {
  for (std::int64_t row = 1; row <= last; ++row)
    if (auto dropped = tx.drop_entry(org, kind, row_id(of, row)); !dropped) return dropped;
  return {};
}

Result<std::int64_t> forget_statement(store::Transaction& tx, const store::Org& org,
                                      const std::string& id) {
  auto stored = find_statement(tx, org, id);
  if (!stored) return stored.error();
  if (!*stored) return std::int64_t{0};
  const v1::Statement& statement = (*stored)->statement();
  if (auto dropped = drop_statement(tx, org, **stored); !dropped) return dropped.error();
  const int month = domain::date_number(statement.month()) / 100;
  if (auto settled = settle_current(tx, org, month, statement.kind()); !settled)
    return settled.error();
  return (*stored)->number();
}

Result<void> drop_signal_list(store::Transaction& tx, const store::Org& org,
                              const std::string& id) {
  auto list = find<v1::SignalList>(tx, org, kSignalListEntry, id);
  if (!list) return list.error();
  if (!*list) return {};
  const auto rows = (*list)->rows() + (*list)->bad_rows();
  if (auto dropped = drop_rows(tx, org, kSignalRowEntry, id, rows); !dropped) return dropped;
  return tx.drop_entry(org, kSignalListEntry, id);
}

}  // namespace

Result<std::int64_t> forget_rows(store::Transaction& tx, const v1::ListReading& reading) {
  const store::Org& org = reading.organisation().value();
  const std::string& id = reading.reading_id();
  const auto bad = std::min(reading.bad_rows(), kBadRowsKept);
  if (auto dropped = drop_rows(tx, org, kBadRowEntry, id, bad); !dropped) return dropped.error();
  for (const std::string& list : reading.signal_list_ids())
    if (auto dropped = drop_signal_list(tx, org, list); !dropped) return dropped.error();
  if (reading.notices() > 0) {
    const auto rows = reading.rows() + reading.bad_rows();
    if (auto dropped = drop_rows(tx, org, kNoticeEntry, id, rows); !dropped) return dropped.error();
  }
  if (reading.statement_id().empty()) return std::int64_t{0};
  return forget_statement(tx, org, reading.statement_id());
}

Result<int> forget_message(store::Transaction& tx, const store::Org& org,
                           const std::string& message_id) {
  store::EntryQuery query;
  query.limit = 500;
  query.subject = message_id;
  int forgotten = 0;
  for (;;) {
    auto page = tx.entries(org, kReadingEntry, query);
    if (!page) return page.error();
    if (page->items.empty()) return forgotten;
    for (const store::Entry& entry : page->items) {
      auto reading = record_of<v1::ListReading>(entry);
      if (!reading) return reading.error();
      if (auto gone = forget_rows(tx, *reading); !gone) return gone.error();
      if (auto gone = tx.drop_entry(org, kReadingEntry, entry.id); !gone) return gone.error();
      ++forgotten;
    }
  }
}

}  // namespace semafoor::lists
