// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "gateway/store/store.h"

namespace semafoor::store {

// Events are kept until every consumer has acknowledged them, at most this long (semantics,
// Events).
inline constexpr std::int64_t kEventRetentionMs = std::int64_t{90} * 24 * 3'600 * 1'000;

struct Tidied {
  // Not seen for the whole retention: their next question gets "events.cursor_expired".
  std::vector<Consumer> dropped_consumers;
  // Blobs that no attachment needs and files of writers that died, older than a day.
  int removed_files = 0;
};

// What a store needs now and then, once a day for instance. Blocks; not from the writer thread.
Result<Tidied> keep_house(Store& store, std::int64_t event_retention_ms = kEventRetentionMs);

}  // namespace semafoor::store
