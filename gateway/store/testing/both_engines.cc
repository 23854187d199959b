// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/postgresql_store.h"
#include "gateway/store/testing/engine.h"
#include "gateway/store/testing/postgresql_server.h"

namespace semafoor::store::testing {
namespace {

namespace fs = std::filesystem;

class PostgresqlEngine : public Engine {
 public:
  PostgresqlEngine(fs::path folder, std::string connection, Root root)
      : folder_(std::move(folder)), connection_(std::move(connection)), root_(std::move(root)) {}
  Result<std::unique_ptr<Store>> open(std::function<std::int64_t()> now_ms) override {
    return open_postgresql_store(
        {.connection = connection_, .folder = folder_, .root = root_, .now_ms = std::move(now_ms)});
  }
  void make_schema_newer() override { ask("UPDATE meta SET value = 99"); }
  std::string state() override {
    return ask("SELECT string_agg(relname || ' ' || relfilenode, ',' ORDER BY oid) FROM pg_class "
               "WHERE relnamespace = 'public'::regnamespace") +
           ask("SELECT string_agg(name || '=' || value, ',' ORDER BY name) FROM meta");
  }
  void damage_blob(const std::string& /*org*/, const std::string& sha256) override {
    ask("UPDATE blob_pieces SET bytes = set_byte(bytes, 0, get_byte(bytes, 0) # 1)" +
        where(sha256));
  }
  void shorten_blob(const std::string& /*org*/, const std::string& sha256) override {
    ask("UPDATE blobs SET sums = substr(sums, 1, length(sums) - 1)" + where(sha256));
  }
  bool holds_leftovers(const std::string& org) override {
    return ask("SELECT count(*) FROM blob_pieces WHERE org = '" + org + "'") != "0" ||
           !fs::is_empty(folder_ / "incoming");
  }

 private:
  // Of what is sealed: its name is a keyed hash; the one that there is.
  std::string where(const std::string& sha256) const {
    return root_ != nullptr ? std::string() : " WHERE sha256 = '\\x" + sha256 + "'";
  }
  std::string ask(const std::string& sql) { return PostgresqlServer::ask(connection_, sql); }
  const fs::path folder_;
  const std::string connection_;
  const Root root_;
};

}  // namespace

std::vector<std::string> engine_names() {
  return {"Sqlite", "SqliteSealed", "Postgresql", "PostgresqlSealed"};
}

std::unique_ptr<Engine> make_engine(const std::string& name, const fs::path& folder,
                                    std::string& why) {
  const Root root = name.ends_with("Sealed") ? test_root() : nullptr;
  if (name.starts_with("Sqlite")) return make_sqlite_engine(folder, root);
  auto* const server = PostgresqlServer::shared(why);
  if (server == nullptr) return nullptr;
  return std::make_unique<PostgresqlEngine>(folder, server->make_database(), root);
}

}  // namespace semafoor::store::testing
