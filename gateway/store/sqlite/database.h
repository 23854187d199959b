// SPDX-License-Identifier: Apache-2.0
//
// The little of SQLite's C interface that the store needs: a connection with cached statements.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/store/sql/connection.h"

namespace semafoor::store::sqlite {

// Prepared once; reset when its user is through with it.
class PreparedStatement final : public sql::Statement {
 public:
  PreparedStatement(sqlite3_stmt* statement, int& in_use)
      : statement_(statement), in_use_(in_use) {}
  ~PreparedStatement() override { sqlite3_finalize(statement_); }
  PreparedStatement(const PreparedStatement&) = delete;
  PreparedStatement& operator=(const PreparedStatement&) = delete;

  void text(std::string_view value) override;
  void blob(std::string_view value) override;
  void number(std::int64_t value) override;
  bool row() override;
  std::int64_t number_at(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  std::string_view bytes_at(int column) const override;
  bool null_at(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  void release() noexcept override;

 private:
  void check(int code) const;
  sqlite3_stmt* const statement_;
  int& in_use_;
  int next_ = 1;
};

// Throws what a result code means; with a connection, in its words.
[[noreturn]] void fail(sqlite3* connection, int code);

// One connection. Used by one thread at a time.
class Database final : public sql::Connection {
 public:
  // copy: receives another database; whoever writes there flushes the file afterwards.
  enum class Mode { write, read, copy };
  Database(const std::filesystem::path& file, Mode mode);

  sql::Query query(std::string_view sql) override;
  void run(const std::string& sql) override;
  std::int64_t changes() const override { return sqlite3_changes64(connection_.get()); }
  const sql::Dialect& dialect() const override;
  // No transaction is open.
  bool idle() const { return sqlite3_get_autocommit(connection_.get()) != 0; }
  // For what this class does not offer.
  sqlite3* handle() const { return connection_.get(); }

 private:
  struct Closer {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  std::unique_ptr<sqlite3, Closer> connection_;
  // Looked up without making a string.
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, std::unique_ptr<PreparedStatement>, TextHash, std::equal_to<>>
      statements_;
  int in_use_ = 0;
};

}  // namespace semafoor::store::sqlite
