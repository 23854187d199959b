// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/blind_index.h"
#include "gateway/store/sql/connection.h"

namespace semafoor::store::sql {

// Version of the schema this program writes.
inline constexpr int kSchemaVersion = 7;

// Since then there is a table of the organisations' keys, and rows may be sealed.
inline constexpr int kSchemaOfKeys = 5;

// What a database says of itself; 0 for one that is not made yet.
struct SchemaState {
  std::int64_t version = 0;
  std::int64_t lowest_reader = 0;
};
SchemaState schema_state(Connection& database);
// "store.schema_too_new" when a program of schema `known` must not open it.
Result<void> may_open(const SchemaState& state, int known = kSchemaVersion);

// Creates or migrates, each step in one transaction. A database that a newer program has made
// unreadable for this one is refused unchanged; one that it only added to is used as it is.
// `by_version` is the program's, for the history; `known` is less in tests that play an older
// program.
Result<void> bring_up_to_date(Connection& database, const std::string& by_version = "",
                              int known = kSchemaVersion);

// Takes away what a program of an earlier schema could not know of when it erased an organisation.
// In erasure.cc.
void sweep_erased(Connection& database);

// One line of the history; within a transaction.
void add_history(Connection& database, std::int64_t time_ms, const std::string& what,
                 const std::string& by_version, const std::string& detail);

// The search key in `folder`, which is made with the database; "store.index_key_other" when it is
// not the one that the rows were hashed with.
Result<BlindIndex> open_index(Connection& database, const std::filesystem::path& folder,
                              const vault::SealKey* root = nullptr);

}  // namespace semafoor::store::sql
