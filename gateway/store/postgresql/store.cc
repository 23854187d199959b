// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "gateway/store/addressed_blobs.h"
#include "gateway/store/files.h"
#include "gateway/store/postgresql/address.h"
#include "gateway/store/postgresql/announcer.h"
#include "gateway/store/postgresql/blobs.h"
#include "gateway/store/postgresql/neighbours.h"
#include "gateway/store/postgresql/sessions.h"
#include "gateway/store/postgresql/writers.h"
#include "gateway/store/postgresql_store.h"
#include "gateway/store/sql/dossier_index.h"
#include "gateway/store/sql/queries.h"
#include "gateway/store/sql/schema.h"
#include "gateway/store/sql/seal_all.h"

namespace semafoor::store {
namespace {

using postgresql::Address;
using postgresql::Session;
using postgresql::Sessions;

constexpr char kRead[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

class PostgresqlStore : public Store {
 public:
  PostgresqlStore(const PostgresqlOptions& options, Address address,
                  std::unique_ptr<sql::Keys> keys)
      : address_(std::move(address)),
        keys_(std::move(keys)),
        readers_(address_, options.readers),
        blob_sessions_(address_, options.readers),
        blobs_(make_addressed_blobs(
            postgresql::make_blobs(blob_sessions_, options.folder / "incoming"), keys_->index,
            [this](const Org& org) { return data_key(org); })),
        neighbours_(address_, announcer_, options.poll),
        writers_(address_, *keys_, announcer_,
                 {.sessions = options.writers,
                  .patience = options.patience,
                  .now_ms = options.now_ms,
                  .committed = [this](const CommitNotice& notice) { neighbours_.tell(notice); }}) {}
  ~PostgresqlStore() override { close(); }

  void write(Work work, Done done) override { writers_.write(std::move(work), std::move(done)); }
  void on_commit(Listener listener) override { announcer_.add(std::move(listener)); }
  Blobs& blobs() override { return *blobs_; }
  void close() override {
    writers_.close();
    neighbours_.stop();
  }

  Result<void> read(const std::function<Result<void>(Reader&)>& question) override {
    return sql::attempt("read", [&]() -> Result<void> {
      const Sessions::Lease session(readers_, kRead);
      sql::Queries<Reader> reader(*session, *keys_);
      return question(reader);
    });
  }

  Result<void> erase(const Org& org) override {
    auto erased = write_and_wait([&](Transaction& tx) { return tx.erase(org); });
    if (!erased) return erased;
    keys_->data.forget();
    // The former versions of the rows, which PostgreSQL keeps until it is told.
    return sql::attempt("wipe what was erased", [&]() -> Result<void> {
      Session session(address_, Session::kForAsLongAsItTakes);
      session.run("VACUUM data_keys");
      return {};
    });
  }

  std::int64_t size_bytes() override {
    std::int64_t total = 0;
    (void)sql::attempt("measure", [&]() -> Result<void> {
      const Sessions::Lease session(readers_, kRead);
      auto query = session->query("SELECT pg_database_size(current_database())");
      if (query.row()) total = query.number_at(0);
      return {};
    });
    return total;
  }

 private:
  Result<DataKey> data_key(const Org& org) {
    if (!keys_->data.sealing()) return DataKey();
    const auto look = [&] {
      return sql::attempt("find the key of an organisation", [&]() -> Result<DataKey> {
        // Not of those that read: whoever opens an attachment may hold one.
        const Sessions::Lease session(blob_sessions_, kRead);
        return keys_->data.of(*session, org);
      });
    };
    auto found = look();
    if (!found || *found != nullptr) return found;
    auto made = write_and_wait([&](Transaction& tx) { return tx.prepare_key(org, false); });
    if (!made) return std::move(made).error();
    return look();
  }

  const Address address_;
  const std::unique_ptr<sql::Keys> keys_;
  postgresql::Announcer announcer_;
  Sessions readers_;
  // Of their own: who sends an attachment to a host may hold a read as well.
  Sessions blob_sessions_;
  const std::unique_ptr<Blobs> blobs_;
  postgresql::Neighbours neighbours_;
  // Last, so that its threads end before what they use.
  postgresql::Writers writers_;
};

// What was answered must survive a power cut; a server that was told otherwise is refused.
Result<void> check_durable(Session& session) {
  for (const char* setting : {"fsync", "synchronous_commit"}) {
    if (session.run_for_value(std::string("SHOW ") + setting) != "off") continue;
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "store.not_durable",
                 .message = std::string("Opened the database: PostgreSQL has ") + setting +
                            " = off, so that what it says is stored may be lost in a power cut. "
                            "Turn it on for this database."};
  }
  return {};
}

}  // namespace

Result<void> check_postgresql_settings(const std::string& connection,
                                       const std::filesystem::path& password_file) {
  auto address = Address::read(connection, password_file);
  return address ? Result<void>() : std::move(address).error();
}

Result<std::unique_ptr<Store>> open_postgresql_store(const PostgresqlOptions& options) {
  auto address = Address::read(options.connection, options.password_file);
  if (!address) return std::move(address).error();
  if (auto made = make_folder(options.folder); !made) return std::move(made).error();
  return sql::attempt("open the database", [&]() -> Result<std::unique_ptr<Store>> {
    Session session(*address, Session::kForAsLongAsItTakes);
    if (auto durable = check_durable(session); !durable) return std::move(durable).error();
    if (auto ready = sql::bring_up_to_date(session); !ready) return std::move(ready).error();
    auto index = sql::open_index(session, options.folder, options.root.get());
    if (!index) return std::move(index).error();
    auto keys = std::make_unique<sql::Keys>(std::move(*index), options.root);
    if (options.root != nullptr && !sql::all_is_sealed(session)) {
      Sessions sessions(*address, 1);
      const auto raw = postgresql::make_blobs(sessions, options.folder / "incoming");
      if (auto sealed = sql::seal_all(session, *keys, *raw, options.tell); !sealed)
        return std::move(sealed).error();
      sql::note_all_sealed(session);
    }
    if (options.root != nullptr) keys->data.note_lost(sql::lost_keys(session));
    sql::sweep_erased(session);
    sql::index_dossiers(session, *keys);
    return std::unique_ptr<Store>(
        std::make_unique<PostgresqlStore>(options, std::move(*address), std::move(keys)));
  });
}

}  // namespace semafoor::store
