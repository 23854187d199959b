// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "gateway/os/utf8_path.h"
#include "gateway/store/addressed_blobs.h"
#include "gateway/store/file_blobs.h"
#include "gateway/store/files.h"
#include "gateway/store/sql/dossier_index.h"
#include "gateway/store/sql/queries.h"
#include "gateway/store/sql/schema.h"
#include "gateway/store/sql/seal_all.h"
#include "gateway/store/sqlite/snapshot.h"
#include "gateway/store/sqlite/writer.h"

namespace semafoor::store {
namespace {

namespace fs = std::filesystem;
using sqlite::Database;

std::int64_t system_now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class SqliteStore : public Store {
 public:
  SqliteStore(const StoreOptions& options, fs::path file, std::unique_ptr<Database> writing,
              std::unique_ptr<sql::Keys> keys)
      : folder_(options.folder),
        file_(std::move(file)),
        keys_(std::move(keys)),
        writing_(std::move(writing)),
        blobs_(make_addressed_blobs(make_file_blobs(options.folder / "blobs"), keys_->index,
                                    [this](const Org& org) { return data_key(org); })),
        writer_(*writing_, *keys_, options.batch, options.now_ms ? options.now_ms : system_now_ms) {
    for (int i = 0; i < options.readers; ++i)
      idle_.push_back(std::make_unique<Database>(file_, Database::Mode::read));
  }
  ~SqliteStore() override { writer_.close(); }

  void write(Work work, Done done) override { writer_.write(std::move(work), std::move(done)); }
  Result<void> write_and_wait(Work work) override {
    return writer_.write_and_wait(std::move(work));
  }
  void on_commit(Listener listener) override { writer_.on_commit(std::move(listener)); }
  Blobs& blobs() override { return *blobs_; }
  void close() override { writer_.close(); }

  Result<void> read(const std::function<Result<void>(Reader&)>& question) override {
    const Lease lease(*this);
    return sql::attempt("read", [&]() -> Result<void> {
      lease.database().query("BEGIN").run();
      sql::Queries<Reader> reader(lease.database(), *keys_);
      Result<void> result = question(reader);
      lease.database().query("COMMIT").run();
      return result;
    });
  }

  Result<void> snapshot(const fs::path& folder, const SnapshotProgress& progress) override {
    auto key = read_small_file(folder_ / "index.key");
    if (!key) return std::move(key).error();
    if (auto copied = sqlite::copy_database(file_, folder / "semafoor.db", progress); !copied)
      return copied;
    return write_small_file(folder / "index.key", key->value_or(""));
  }

  Result<void> erase(const Org& org) override {
    auto erased = write_and_wait([&](Transaction& tx) { return tx.erase(org); });
    if (!erased) return erased;
    keys_->data.forget();
    // What the write-ahead log still holds of the key goes too.
    const Lease lease(*this);
    return sql::attempt("wipe the log", [&]() -> Result<void> {
      Database database(file_, Database::Mode::write);
      database.run("PRAGMA wal_checkpoint(TRUNCATE)");
      return {};
    });
  }

  std::int64_t size_bytes() override {
    std::int64_t total = 0;
    for (const char* suffix : {"", "-wal"}) {
      std::error_code missing;
      const auto size = fs::file_size(os::with_suffix(file_, suffix), missing);
      if (!missing) total += static_cast<std::int64_t>(size);
    }
    const Lease lease(*this);
    (void)sql::attempt("measure", [&]() -> Result<void> {
      auto query = lease.database().query("SELECT total(size) FROM attachments WHERE state = ?");
      query.number(v1::ATTACHMENT_STATE_STORED);
      if (query.row()) total += query.number_at(0);
      return {};
    });
    return total;
  }

 private:
  Result<DataKey> data_key(const Org& org) {
    if (!keys_->data.sealing()) return DataKey();
    const auto look = [&]() -> Result<DataKey> {
      const Lease lease(*this);
      return sql::attempt("find the key of an organisation", [&]() -> Result<DataKey> {
        return keys_->data.of(lease.database(), org);
      });
    };
    auto found = look();
    if (!found || *found != nullptr) return found;
    auto made = write_and_wait([&](Transaction& tx) { return tx.prepare_key(org, false); });
    if (!made) return std::move(made).error();
    return look();
  }

  // A read connection for as long as it lives; waits until one is free.
  class Lease {
   public:
    explicit Lease(SqliteStore& store) : store_(store) {
      std::unique_lock lock(store.readers_mutex_);
      store.reader_free_.wait(lock, [&] { return !store.idle_.empty(); });
      database_ = std::move(store.idle_.back());
      store.idle_.pop_back();
    }
    ~Lease() {
      // A question that failed in the middle leaves its transaction open.
      (void)sql::attempt("end a read", [&]() -> Result<void> {
        if (!database_->idle()) database_->run("ROLLBACK");
        return {};
      });
      {
        const std::lock_guard lock(store_.readers_mutex_);
        store_.idle_.push_back(std::move(database_));
      }
      store_.reader_free_.notify_one();
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Database& database() const { return *database_; }

   private:
    SqliteStore& store_;
    std::unique_ptr<Database> database_;
  };

  const fs::path folder_;
  const fs::path file_;
  const std::unique_ptr<sql::Keys> keys_;
  const std::unique_ptr<Database> writing_;
  const std::unique_ptr<Blobs> blobs_;
  std::mutex readers_mutex_;
  std::condition_variable reader_free_;
  std::vector<std::unique_ptr<Database>> idle_;
  // Last, so that its thread ends before what it uses.
  sqlite::Writer writer_;
};

// What must be known and done before the database is opened for writing, which changes it: one of
// a newer program is refused untouched, and one that is about to be migrated is copied.
Result<void> look_before(const StoreOptions& options, const fs::path& file) {
  std::error_code problem;
  if (fs::file_size(file, problem) == 0 || problem) return {};
  sql::SchemaState state;
  {
    Database database(file, Database::Mode::read);
    state = sql::schema_state(database);
  }
  if (auto may = sql::may_open(state); !may) return may;
  if (state.version == 0 || state.version >= sql::kSchemaVersion) return {};
  const auto tell = [&](const std::string& what) {
    if (options.tell) options.tell(what);
  };
  const std::string steps =
      "from schema " + std::to_string(state.version) + " to " + std::to_string(sql::kSchemaVersion);
  const fs::path kept = os::with_suffix(file, ".before-v" + std::to_string(sql::kSchemaVersion));
  const fs::path unfinished = os::with_suffix(kept, ".new");
  auto copied = sqlite::copy_database(file, unfinished, {});
  if (copied) {
    if (auto put = rename_file("keep the copy of the database", unfinished, kept); !put) return put;
    if (auto flushed = flush_folder(options.folder); !flushed) return flushed;
    tell("The database is migrated " + steps + "; as it was before it is kept in " + kept.string() +
         ". Remove that file when the new version has proved itself.");
    return {};
  }
  if (copied.error().code != "store.disk_full") return copied;
  tell("The database is migrated " + steps +
       " without a copy of before, for which the disk has no room.");
  return {};
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const StoreOptions& options) {
  if (auto made = make_folder(options.folder); !made) return std::move(made).error();
  const fs::path file = options.folder / "semafoor.db";
  // SQLite gives its log the rights of the database.
  if (auto made = make_private_file(file); !made) return std::move(made).error();
  return sql::attempt("open the database", [&]() -> Result<std::unique_ptr<Store>> {
    if (auto ready = look_before(options, file); !ready) return std::move(ready).error();
    auto database = std::make_unique<Database>(file, Database::Mode::write);
    if (auto ready = sql::bring_up_to_date(*database, options.program_version); !ready)
      return std::move(ready).error();
    auto index = sql::open_index(*database, options.folder, options.root.get());
    if (!index) return std::move(index).error();
    auto keys = std::make_unique<sql::Keys>(std::move(*index), options.root);
    if (options.root != nullptr && !sql::all_is_sealed(*database)) {
      const auto raw = make_file_blobs(options.folder / "blobs");
      if (auto sealed = sql::seal_all(*database, *keys, *raw, options.tell); !sealed)
        return std::move(sealed).error();
      // What was in clear must not stay behind in pages that nobody uses.
      database->run("VACUUM");
      database->run("PRAGMA wal_checkpoint(TRUNCATE)");
      sql::note_all_sealed(*database);
    }
    if (options.root != nullptr) keys->data.note_lost(sql::lost_keys(*database));
    sql::sweep_erased(*database);
    sql::index_dossiers(*database, *keys);
    return std::unique_ptr<Store>(
        std::make_unique<SqliteStore>(options, file, std::move(database), std::move(keys)));
  });
}

}  // namespace semafoor::store
