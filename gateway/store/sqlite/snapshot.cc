// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/snapshot.h"

#include <memory>
#include <system_error>

#include "gateway/os/utf8_path.h"
#include "gateway/store/files.h"
#include "gateway/store/sql/schema.h"
#include "gateway/store/sqlite/database.h"

namespace semafoor::store::sqlite {
namespace {

namespace fs = std::filesystem;

// So many pages (of 4 KiB) between two looks at the clock and at who wants us to stop.
constexpr int kPagesAStep = 256;

struct Finisher {
  void operator()(sqlite3_backup* copy) const { sqlite3_backup_finish(copy); }
};

Error stopped(const fs::path& target) {
  return {.kind = ErrorKind::cancelled,
          .code = "backup.stopped",
          .message = "The database was being copied to " + target.string() +
                     " when it was told to stop. Nothing was left behind; begin again."};
}

Result<void> copy(const fs::path& file, const fs::path& target, const SnapshotProgress& progress) {
  if (auto made = make_private_file(target); !made) return made;
  Database from(file, Database::Mode::read);
  Database to(target, Database::Mode::copy);
  // The open transaction is what keeps the copy to one state: without it each commit by another
  // connection would begin the copy anew, and under load it would never end.
  from.run("BEGIN");
  from.run("SELECT count(*) FROM sqlite_master");
  {
    const std::unique_ptr<sqlite3_backup, Finisher> backup(
        sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
    if (!backup) fail(to.handle(), sqlite3_extended_errcode(to.handle()));
    int code = SQLITE_OK;
    while ((code = sqlite3_backup_step(backup.get(), kPagesAStep)) == SQLITE_OK) {
      const int total = sqlite3_backup_pagecount(backup.get());
      if (progress && !progress(total - sqlite3_backup_remaining(backup.get()), total))
        return stopped(target);
    }
    if (code != SQLITE_DONE) fail(nullptr, code);
  }
  from.run("ROLLBACK");
  // The keys of the organisations are no part of a backup: who takes one away has to find it in few
  // places.
  if (sql::schema_state(to).version >= sql::kSchemaOfKeys) {
    to.run("PRAGMA secure_delete=ON");
    to.run("DELETE FROM data_keys");
  }
  // Of the copy alone: it becomes one file, and whoever opens it chooses its log again.
  to.run("PRAGMA journal_mode=DELETE");
  return {};
}

}  // namespace

Result<void> copy_database(const fs::path& file, const fs::path& target,
                           const SnapshotProgress& progress) {
  std::error_code ignored;
  for (const char* suffix : {"", "-journal", "-wal", "-shm"})
    fs::remove(os::with_suffix(target, suffix), ignored);
  auto copied = sql::attempt("copy the database", [&] { return copy(file, target, progress); });
  if (copied) copied = flush_file(target);
  if (copied) return flush_folder(target.parent_path());
  for (const char* suffix : {"", "-journal", "-wal", "-shm"})
    fs::remove(os::with_suffix(target, suffix), ignored);
  return copied;
}

Result<DatabaseContent> look_into(const fs::path& file) {
  return sql::attempt("look into a database", [&]() -> Result<DatabaseContent> {
    Database database(file, Database::Mode::read);
    {
      std::string found;
      try {
        auto check = database.query("PRAGMA integrity_check(1)");
        found = check.row() ? check.string_at(0) : "no answer";
      } catch (const sql::DatabaseError& error) {
        found = error.what();
      }
      if (found != "ok")
        return Error{.kind = ErrorKind::data_loss,
                     .code = "backup.damaged",
                     .message = "The database " + file.string() +
                                " was checked; SQLite says: " + found + ". Use an older backup."};
    }
    DatabaseContent content;
    content.schema = sql::schema_state(database);
    if (auto may = sql::may_open(content.schema); !may) return std::move(may).error();
    for (const char* table : {"organisations", "messages", "attachments", "signals", "feedback"}) {
      auto count = database.query(std::string("SELECT count(*) FROM ") + table);
      if (count.row()) content.counts[table] = count.number_at(0);
    }
    auto blobs = database.query(
        "SELECT org, lower(hex(sha256)), max(size) FROM attachments WHERE state = ? GROUP BY org, "
        "sha256");
    blobs.number(v1::ATTACHMENT_STATE_STORED);
    while (blobs.row())
      content.blobs.push_back({blobs.string_at(0), blobs.string_at(1), blobs.number_at(2)});
    return content;
  });
}

Result<std::vector<WrappedKey>> wrapped_keys_of(const fs::path& file) {
  return sql::attempt("look for keys in a database", [&]() -> Result<std::vector<WrappedKey>> {
    Database database(file, Database::Mode::read);
    std::vector<WrappedKey> all;
    if (sql::schema_state(database).version < sql::kSchemaOfKeys) return all;
    auto query = database.query("SELECT org, wrapped, erased_ms FROM data_keys ORDER BY org");
    while (query.row()) all.push_back({query.string_at(0), query.string_at(1), query.number_at(2)});
    return all;
  });
}

}  // namespace semafoor::store::sqlite
