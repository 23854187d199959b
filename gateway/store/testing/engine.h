// SPDX-License-Identifier: Apache-2.0
//
// The engines of the store, for tests of what every one of them promises.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/store/store.h"

namespace semafoor::store::testing {

// A kind of store, and what a test does behind its back.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual Result<std::unique_ptr<Store>> open(std::function<std::int64_t()> now_ms) = 0;
  // As a newer program would leave it behind.
  virtual void make_schema_newer() = 0;
  // Changes whenever anything was written.
  virtual std::string state() = 0;
  virtual void damage_blob(const std::string& org, const std::string& sha256) = 0;
  virtual void shorten_blob(const std::string& org, const std::string& sha256) = 0;
  // Of blobs that were never committed.
  virtual bool holds_leftovers(const std::string& org) = 0;
};

// Those of this build: "Sqlite", "SqliteSealed", "Postgresql", "PostgresqlSealed".
std::vector<std::string> engine_names();
// Null and `why` when it cannot be had on this machine.
std::unique_ptr<Engine> make_engine(const std::string& name, const std::filesystem::path& folder,
                                    std::string& why);

using Root = std::shared_ptr<const vault::SealKey>;
std::unique_ptr<Engine> make_sqlite_engine(const std::filesystem::path& folder, Root root);

// A root key of nobody, always the same.
Root test_root();

}  // namespace semafoor::store::testing
