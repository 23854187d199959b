// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "gateway/domain/result.h"
#include "gateway/store/blind_index.h"
#include "gateway/store/sql/connection.h"

namespace semafoor::store::sql {

// Version of the schema this program writes.
inline constexpr int kSchemaVersion = 1;

// Creates or migrates. A database that a newer program has made unreadable for this one is refused
// unchanged.
Result<void> bring_up_to_date(Connection& database);

// The search key in `folder`, which is made with the database; "store.index_key_other" when it is
// not the one that the rows were hashed with.
Result<BlindIndex> open_index(Connection& database, const std::filesystem::path& folder);

}  // namespace semafoor::store::sql
