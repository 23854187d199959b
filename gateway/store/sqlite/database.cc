// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/database.h"

namespace semafoor::store::sqlite {
namespace {

// Listings with filters make many texts; the fixed ones are a few dozen.
constexpr std::size_t kMostStatements = 200;

// What a result code means for whoever asked.
sql::DatabaseError::Meaning meaning_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {.kind = ErrorKind::resource_exhausted,
              .code = "store.disk_full",
              .advice =
                  " Free space on the disk of the data folder; nothing acknowledged is lost, work "
                  "goes on by itself.",
              .retryable = true};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {.kind = ErrorKind::failed_precondition,
              .code = "store.not_writable",
              .advice =
                  " The gateway's account must own its data folder, and the disk must be writable.",
              .retryable = true};
    case SQLITE_IOERR:
      return {.kind = ErrorKind::unavailable,
              .code = "store.disk",
              .advice = " Check the disk of the data folder; it is tried again.",
              .retryable = true};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {.kind = ErrorKind::unavailable,
              .code = "store.busy",
              .advice = " Another program holds the database; it is tried again.",
              .retryable = true};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {.kind = ErrorKind::data_loss,
              .code = "store.damaged",
              .advice = " Stop the gateway, keep a copy of the folder, and restore the backup."};
    default:
      return {};
  }
}

}  // namespace

void fail(sqlite3* connection, int code) {
  throw sql::DatabaseError(
      connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection),
      meaning_of(connection == nullptr ? code : sqlite3_extended_errcode(connection)));
}

void PreparedStatement::release() noexcept {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  next_ = 1;
  --in_use_;
}

void PreparedStatement::check(int code) const {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
    fail(sqlite3_db_handle(statement_), code);
}

void PreparedStatement::text(std::string_view value) {
  check(sqlite3_bind_text64(statement_, next_++, value.data() == nullptr ? "" : value.data(),
                            value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void PreparedStatement::blob(std::string_view value) {
  check(sqlite3_bind_blob64(statement_, next_++, value.data() == nullptr ? "" : value.data(),
                            value.size(), SQLITE_STATIC));
}

void PreparedStatement::number(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, next_++, value));
}

bool PreparedStatement::row() {
  const int code = sqlite3_step(statement_);
  check(code);
  return code == SQLITE_ROW;
}

std::string_view PreparedStatement::bytes_at(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(data), size);
}

Database::Database(const std::filesystem::path& file, Mode mode) {
  // Nobody asks for SQLite's own statistics of memory, which take a lock at each allocation. For
  // the whole process, before its first connection; later than that it is refused, and only slower.
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)configured;
  sqlite3* connection = nullptr;
  const int flags =
      SQLITE_OPEN_NOMUTEX |
      (mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(file.string().c_str(), &connection, flags, nullptr);
  connection_.reset(connection);
  if (code != SQLITE_OK) fail(connection, code);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, 5'000);
  if (mode == Mode::write) {
    // FULL: the write-ahead log is flushed at every commit, so that what was answered survives a
    // power cut.
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    // What a savepoint would undo stays in memory: by default it spills into a temporary file.
    run("PRAGMA temp_store=MEMORY");
    run("PRAGMA wal_autocheckpoint=4000");
    // What is deleted is overwritten, where that costs no further page: a key that was taken away
    // must be gone.
    run("PRAGMA secure_delete=FAST");
  }
  // No journal beside it, no flush at each step: an unfinished copy is thrown away.
  if (mode == Mode::copy) {
    run("PRAGMA journal_mode=OFF");
    run("PRAGMA synchronous=OFF");
  }
  // In KiB. Behind a reader's are the system's; there are several, and each fills as the database
  // grows.
  run(mode == Mode::read ? "PRAGMA cache_size=-1024" : "PRAGMA cache_size=-4096");
}

sql::Query Database::query(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    // Never under a query that is still in use further up.
    if (statements_.size() >= kMostStatements && in_use_ == 0) statements_.clear();
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) fail(connection_.get(), code);
    found = statements_
                .emplace(std::string(sql), std::make_unique<PreparedStatement>(statement, in_use_))
                .first;
  }
  ++in_use_;
  return sql::Query(*found->second);
}

void Database::run(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(connection_.get(), code);
}

const sql::Dialect& Database::dialect() const {
  // One writer: nothing is ever locked by another.
  static constexpr sql::Dialect kDialect{
      .meta_exists = "SELECT 1 FROM sqlite_master WHERE name = 'meta'",
      .begin_alone = "BEGIN IMMEDIATE"};
  return kDialect;
}

}  // namespace semafoor::store::sqlite
