// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/housekeeping.h"

#include <utility>

namespace semafoor::store {

Result<Tidied> keep_house(Store& store, std::int64_t event_retention_ms) {
  Tidied tidied;
  const auto pruned = store.write_and_wait([&](Transaction& tx) -> Result<void> {
    auto dropped = tx.prune_events(event_retention_ms);
    if (!dropped) return dropped.error();
    tidied.dropped_consumers = std::move(*dropped);
    return {};
  });
  if (!pruned) return pruned.error();
  auto swept = store.blobs().sweep([&](const std::string& org, const std::string& sha256) {
    bool needed = true;
    const auto looked = store.read([&](Reader& reader) -> Result<void> {
      auto found = reader.blob_referenced(org, sha256);
      if (!found) return found.error();
      needed = *found;
      return {};
    });
    // In doubt it stays.
    return !looked || needed;
  });
  if (!swept) return swept.error();
  tidied.removed_files = *swept;
  return tidied;
}

}  // namespace semafoor::store
