// SPDX-License-Identifier: Apache-2.0
//
// Use cases on what documents became. Safe from several threads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::lists {

struct ReadingWithRows {
  v1::ListReading reading;
  store::Page<v1::BadListRow> bad_rows;
};

struct ListWithRows {
  v1::SignalList list;
  store::Page<v1::SignalListRow> rows;
};

struct StatementsAsked {
  store::EntryQuery entries;
  v1::MessageFamily kind = v1::MESSAGE_FAMILY_UNSPECIFIED;
  bool current_only = false;
};

struct NoticesAsked {
  store::EntryQuery entries;
  v1::MessageFamily kind = v1::MESSAGE_FAMILY_UNSPECIFIED;
};

struct LinesAsked {
  // Without its statement.
  store::StatementLineQuery lines;
  std::string statement_id;
};

struct Comparison {
  v1::Statement before;
  v1::Statement now;
  // Their place is the number of the first one.
  store::Page<v1::StatementChange> changes;
  std::int64_t same = 0;
};

class Lists {
 public:
  // Lines of both statements together that are compared.
  static constexpr std::int64_t kMostCompared = 300'000;

  // The store outlives the object.
  explicit Lists(store::Store& store) : store_(store) {}

  // `problems_only` and, below, a kind are looked for among at most 5,000 records a call: a page
  // may have fewer than asked, or none, and a place to go on from.
  Result<store::Page<v1::ListReading>> readings(const store::Org& org, store::EntryQuery query,
                                                bool problems_only);
  // "lists.reading_unknown". Of `query` limit and place count.
  Result<ReadingWithRows> reading(const store::Org& org, const std::string& id,
                                  store::EntryQuery query);

  Result<store::Page<v1::Statement>> statements(const store::Org& org,
                                                const StatementsAsked& asked);
  // "lists.statement_unknown".
  Result<v1::StoredStatement> statement(const store::Org& org, const std::string& id);
  // "lists.statement_unknown".
  Result<store::Page<v1::StatementLine>> lines(const store::Org& org, LinesAsked asked);
  // `before_id` empty: the current one of the month before. "lists.statement_unknown",
  // "lists.nothing_before", "lists.too_many_lines".
  Result<Comparison> compare(const store::Org& org, const std::string& id,
                             const std::string& before_id, int limit, const std::string& position);

  Result<store::Page<v1::Notice>> notices(const store::Org& org, const NoticesAsked& asked);

  Result<store::Page<v1::SignalList>> signal_lists(const store::Org& org,
                                                   const store::EntryQuery& query);
  // "lists.list_unknown". Of `query` limit and place count.
  Result<ListWithRows> signal_list_rows(const store::Org& org, const std::string& list_id,
                                        store::EntryQuery query);

 private:
  store::Store& store_;
};

}  // namespace semafoor::lists
