// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/sql/schema.h"
#include "gateway/store/store.h"

namespace semafoor::store::sqlite {

// One consistent state of the database in `file` as a new, self-contained file (no write-ahead log
// beside it), 0600, while others read and write. Returns when it is durable; leaves nothing behind
// otherwise. "store.disk_full" when there is no room.
Result<void> copy_database(const std::filesystem::path& file, const std::filesystem::path& target,
                           const SnapshotProgress& progress);

// What a database that nobody has open says of itself.
struct DatabaseContent {
  sql::SchemaState schema;
  // "messages" and so on: rows in all.
  std::map<std::string, std::int64_t> counts;
  struct Blob {
    Org org;
    std::string sha256;
    std::int64_t size = 0;
  };
  // Those that its rows refer to, each once.
  std::vector<Blob> blobs;
};
// Reads the whole file: "backup.damaged" when SQLite finds it damaged, "store.schema_too_new" when
// this program must not read it.
Result<DatabaseContent> look_into(const std::filesystem::path& file);

// Of a database that nobody has open; none before schema 4.
Result<std::vector<WrappedKey>> wrapped_keys_of(const std::filesystem::path& file);

}  // namespace semafoor::store::sqlite
