// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/domain/result.h"
#include "gateway/store/sql/connection.h"

namespace semafoor::store::sql {

// Version of the schema this program writes.
inline constexpr int kSchemaVersion = 1;

// Creates or migrates. A database that a newer program has made unreadable for this one is refused
// unchanged.
Result<void> bring_up_to_date(Connection& database);

// Of the search key that the rows were hashed with; 0 before the first.
std::int64_t index_key_fingerprint(Connection& database);
void set_index_key_fingerprint(Connection& database, std::int64_t fingerprint);

}  // namespace semafoor::store::sql
