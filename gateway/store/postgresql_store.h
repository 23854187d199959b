// SPDX-License-Identifier: Apache-2.0
//
// The store on PostgreSQL (13 or later; tested with 15): for several gateways that share the work.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "gateway/store/store.h"

namespace semafoor::store {

struct PostgresqlOptions {
  // As libpq reads it, without a password.
  std::string connection;
  // Empty: none is needed (peer, certificate).
  std::filesystem::path password_file;
  // Of this gateway: the search key "index.key", and attachments on their way into the database.
  std::filesystem::path folder;
  // Sessions that write; each runs one transaction at a time.
  int writers = 6;
  int readers = 4;
  // How often it is asked what other gateways did, for where their notices do not come through.
  std::chrono::milliseconds poll{1'500};
  // How long a write is tried again while the database cannot be reached.
  std::chrono::milliseconds patience{10'000};
  // Under which the organisations' keys are sealed; null: nothing is sealed. The same for every
  // gateway of the database.
  std::shared_ptr<const vault::SealKey> root;
  // As StoreOptions::tell.
  std::function<void(const std::string&)> tell;
  // Injected for tests; otherwise the clock of the database, which all gateways share.
  std::function<std::int64_t()> now_ms;
};

// Opens or creates; migrates an older schema; refuses a newer one unchanged
// ("store.schema_too_new").
//
// A work may be run again when its transaction met another one or lost its connection. Works that
// were queued together may be done in any order; those of one organisation never overlap, whichever
// gateway runs them.
Result<std::unique_ptr<Store>> open_postgresql_store(const PostgresqlOptions& options);

// Whether these settings can be used, without connecting.
Result<void> check_postgresql_settings(const std::string& connection,
                                       const std::filesystem::path& password_file);

}  // namespace semafoor::store
