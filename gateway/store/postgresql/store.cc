// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "gateway/store/files.h"
#include "gateway/store/postgresql/address.h"
#include "gateway/store/postgresql/announcer.h"
#include "gateway/store/postgresql/blobs.h"
#include "gateway/store/postgresql/neighbours.h"
#include "gateway/store/postgresql/sessions.h"
#include "gateway/store/postgresql/writers.h"
#include "gateway/store/postgresql_store.h"
#include "gateway/store/sql/queries.h"
#include "gateway/store/sql/schema.h"

namespace semafoor::store {
namespace {

using postgresql::Address;
using postgresql::Session;
using postgresql::Sessions;

constexpr char kRead[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

class PostgresqlStore : public Store {
 public:
  PostgresqlStore(const PostgresqlOptions& options, Address address, BlindIndex index)
      : address_(std::move(address)),
        index_(std::move(index)),
        readers_(address_, options.readers),
        blob_sessions_(address_, options.readers),
        blobs_(postgresql::make_blobs(blob_sessions_, options.folder / "incoming")),
        neighbours_(address_, announcer_, options.poll),
        writers_(address_, index_, announcer_,
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
      sql::Queries<Reader> reader(*session, index_);
      return question(reader);
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
  const Address address_;
  const BlindIndex index_;
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
    auto index = sql::open_index(session, options.folder);
    if (!index) return std::move(index).error();
    return std::unique_ptr<Store>(
        std::make_unique<PostgresqlStore>(options, std::move(*address), std::move(*index)));
  });
}

}  // namespace semafoor::store
