// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/database.h"

namespace semafoor::store::sqlite {
namespace {

// Listings with filters make many texts; the fixed ones are a few dozen.
constexpr std::size_t kMostStatements = 200;

[[noreturn]] void fail(sqlite3* connection, int code) {
  throw SqliteError(connection == nullptr ? code : sqlite3_extended_errcode(connection),
                    connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection));
}

}  // namespace

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  --in_use_;
}

void Query::check(int code) const {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
    fail(sqlite3_db_handle(statement_), code);
}

Query& Query::text(std::string_view value) {
  check(sqlite3_bind_text64(statement_, next_++, value.data() == nullptr ? "" : value.data(),
                            value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Query& Query::blob(std::string_view value) {
  check(sqlite3_bind_blob64(statement_, next_++, value.data() == nullptr ? "" : value.data(),
                            value.size(), SQLITE_STATIC));
  return *this;
}

Query& Query::number(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, next_++, value));
  return *this;
}

bool Query::row() {
  const int code = sqlite3_step(statement_);
  check(code);
  return code == SQLITE_ROW;
}

void Query::run() {
  while (row()) {
  }
}

std::string_view Query::bytes_at(int column) const {
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
  const int code = sqlite3_open_v2(file.c_str(), &connection, flags, nullptr);
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
  }
  // No journal beside it, no flush at each step: an unfinished copy is thrown away.
  if (mode == Mode::copy) {
    run("PRAGMA journal_mode=OFF");
    run("PRAGMA synchronous=OFF");
  }
  run("PRAGMA cache_size=-4096");
}

Query Database::query(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    // Never under a query that is still in use further up.
    if (statements_.size() >= kMostStatements && in_use_ == 0) statements_.clear();
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) fail(connection_.get(), code);
    found =
        statements_.emplace(std::string(sql), std::unique_ptr<sqlite3_stmt, Finalizer>(statement))
            .first;
  }
  return Query(found->second.get(), in_use_);
}

void Database::run(const char* sql) {
  const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(connection_.get(), code);
}

}  // namespace semafoor::store::sqlite
