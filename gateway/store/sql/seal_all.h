// SPDX-License-Identifier: Apache-2.0
//
// Seals what was stored before anything was sealed: by a version of before, or under [seal] source
// = "none".
#pragma once

#include <functional>
#include <set>
#include <string>

#include "gateway/store/blobs.h"
#include "gateway/store/sql/connection.h"
#include "gateway/store/sql/queries.h"

namespace semafoor::store::sql {

bool all_is_sealed(Connection& database);
// Once seal_all() and whatever the engine does against remains have ended.
void note_all_sealed(Connection& database);

// Rows in transactions of some hundreds, then attachments one by one. Nobody else uses the store.
// Killed at any instant it is begun again, and goes on.
Result<void> seal_all(Connection& database, Keys& keys, RawBlobs& raw,
                      const std::function<void(const std::string&)>& tell);

// Organisations of which something sealed is stored, and whose key is not: as in a backup that was
// put back without the copy of the keys.
std::set<Org> lost_keys(Connection& database);

}  // namespace semafoor::store::sql
