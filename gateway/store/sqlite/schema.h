// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/sqlite/database.h"

namespace semafoor::store::sqlite {

// Version of the schema this program writes.
inline constexpr int kSchemaVersion = 2;

// What a database says of itself; 0 for one that is not made yet.
struct SchemaState {
  std::int64_t version = 0;
  std::int64_t lowest_reader = 0;
};
SchemaState schema_state(Database& database);
// "store.schema_too_new" when a program of schema `known` must not open it.
Result<void> may_open(const SchemaState& state, int known = kSchemaVersion);

// Creates or migrates, each step in one transaction. A database that a newer program has made
// unreadable for this one is refused unchanged; one that it only added to is used as it is.
// `by_version` is the program's, for the history; `known` is less in tests that play an older
// program.
Result<void> bring_up_to_date(Database& database, const std::string& by_version = "",
                              int known = kSchemaVersion);

// One line of the history; within a transaction.
void add_history(Database& database, std::int64_t time_ms, const std::string& what,
                 const std::string& by_version, const std::string& detail);

// Of the search key that the rows were hashed with; 0 before the first.
std::int64_t index_key_fingerprint(Database& database);
void set_index_key_fingerprint(Database& database, std::int64_t fingerprint);

}  // namespace semafoor::store::sqlite
