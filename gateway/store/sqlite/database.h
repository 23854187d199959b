// SPDX-License-Identifier: Apache-2.0
//
// The little of SQLite's C interface that the store needs: a connection with cached statements,
// errors as exceptions that stay inside this room.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

namespace semafoor::store::sqlite {

class SqliteError : public std::runtime_error {
 public:
  SqliteError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
  // Extended result code of SQLite.
  int code() const { return code_; }

 private:
  int code_;
};

// A prepared statement in use. Gives it back, reset, at the end of its scope.
class Query {
 public:
  Query(sqlite3_stmt* statement, int& in_use) : statement_(statement), in_use_(in_use) {
    ++in_use_;
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Bind the parameters in order. Text and blobs must outlive the query.
  Query& text(std::string_view value);
  Query& blob(std::string_view value);
  Query& number(std::int64_t value);

  // False when there is no further row.
  bool row();
  // For statements without rows.
  void run();
  std::int64_t number_at(int column) const { return sqlite3_column_int64(statement_, column); }
  // Valid until the next row.
  std::string_view bytes_at(int column) const;
  std::string string_at(int column) const { return std::string(bytes_at(column)); }
  bool null_at(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

 private:
  void check(int code) const;
  sqlite3_stmt* statement_;
  int& in_use_;
  int next_ = 1;
};

// One connection. Used by one thread at a time.
class Database {
 public:
  // copy: receives another database; whoever writes there flushes the file afterwards.
  enum class Mode { write, read, copy };
  Database(const std::filesystem::path& file, Mode mode);

  // Prepared once per text and connection.
  Query query(std::string_view sql);
  void run(const char* sql);
  // No transaction is open.
  bool idle() const { return sqlite3_get_autocommit(connection_.get()) != 0; }
  // For what this class does not offer.
  sqlite3* handle() const { return connection_.get(); }
  // Rows changed by the last statement.
  std::int64_t changes() const { return sqlite3_changes64(connection_.get()); }
  // Key of the row inserted last.
  std::int64_t last_row() const { return sqlite3_last_insert_rowid(connection_.get()); }

 private:
  struct Closer {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3, Closer> connection_;
  // Looked up without making a string.
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, Finalizer>, TextHash,
                     std::equal_to<>>
      statements_;
  int in_use_ = 0;
};

}  // namespace semafoor::store::sqlite
