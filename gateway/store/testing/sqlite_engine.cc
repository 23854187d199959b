// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "gateway/store/testing/engine.h"
#include "gateway/vault/seal/seal_key.h"

namespace semafoor::store::testing {
namespace {

namespace fs = std::filesystem;

class SqliteEngine : public Engine {
 public:
  SqliteEngine(fs::path folder, Root root) : folder_(std::move(folder)), root_(std::move(root)) {}
  Result<std::unique_ptr<Store>> open(std::function<std::int64_t()> now_ms) override {
    return open_sqlite_store({.folder = folder_, .now_ms = std::move(now_ms), .root = root_});
  }
  void make_schema_newer() override {
    sqlite3* connection = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "semafoor.db").string().c_str(), &connection), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(connection, "UPDATE meta SET value = 99", nullptr, nullptr, nullptr),
              SQLITE_OK);
    sqlite3_close(connection);
  }
  std::string state() override {
    return std::to_string(fs::last_write_time(folder_ / "semafoor.db").time_since_epoch().count());
  }
  void damage_blob(const std::string& org, const std::string& sha256) override {
    std::fstream file(blob(org, sha256), std::ios::in | std::ios::out | std::ios::binary);
    // Flipped: another fixed byte might be the one that what is sealed has there.
    const int first = file.get();
    file.seekp(0).put(static_cast<char>(first ^ 1));
  }
  void shorten_blob(const std::string& org, const std::string& sha256) override {
    const auto path = blob(org, sha256);
    fs::resize_file(path, fs::file_size(path) - 1);
  }
  bool holds_leftovers(const std::string& org) override {
    return !fs::is_empty(folder_ / "blobs" / org / "incoming");
  }

 private:
  fs::path blob(const std::string& org, const std::string& sha256) const {
    if (root_ == nullptr) return folder_ / "blobs" / org / sha256.substr(0, 2) / sha256;
    // Its name is a keyed hash: the one that there is.
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "blobs" / org))
      if (entry.is_regular_file()) return entry.path();
    return {};
  }
  const fs::path folder_;
  const Root root_;
};

}  // namespace

std::unique_ptr<Engine> make_sqlite_engine(const fs::path& folder, Root root) {
  return std::make_unique<SqliteEngine>(folder, std::move(root));
}

Root test_root() {
  auto key = vault::SealKey::of(vault::SecretBytes(std::string(vault::SealKey::kBytes, 'r')));
  return std::make_shared<vault::SealKey>(std::move(*key));
}

}  // namespace semafoor::store::testing
