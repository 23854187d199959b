// SPDX-License-Identifier: Apache-2.0
//
// What the SQL of the store is spoken to: a connection and its statements, whichever engine is
// behind them. Errors are exceptions that stay inside the store.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/domain/result.h"

namespace semafoor::store::sql {

// What a database refused or could not do, with what it means for whoever asked.
class DatabaseError : public std::runtime_error {
 public:
  struct Meaning {
    ErrorKind kind = ErrorKind::internal;
    // Stable, "store.…".
    const char* code = "store.database";
    // What to do, as whole sentences.
    const char* advice = "";
    bool retryable = false;
  };
  DatabaseError(const std::string& what, Meaning meaning)
      : std::runtime_error(what), meaning_(meaning) {}
  const Meaning& meaning() const { return meaning_; }

 private:
  Meaning meaning_;
};

// A stored record that cannot be read.
DatabaseError damaged_record();

// Where the engines' SQL differs. Everything else is written so that both understand it: upserts by
// ON CONFLICT, RETURNING, row values, `?` and `?3` as parameters.
struct Dialect {
  // Behind a SELECT of rows to change: others take other rows meanwhile.
  std::string_view skip_locked;
  // Behind a SELECT of a row to change: others wait.
  std::string_view for_update;
  // The same; that others have it is an error at once.
  std::string_view for_update_or_fail;
  // Others write at the same time: an organisation is locked by its counter row.
  bool many_writers = false;
  // A row when the table of the schema's version is there.
  std::string_view meta_exists;
  // Begins a transaction in which nobody else changes the schema.
  std::string_view begin_alone;
  // Words of the schema and what they are called here.
  std::span<const std::pair<std::string_view, std::string_view>> words;
  // Tables that this engine alone has, by schema version.
  std::span<const std::string_view> own_tables;
};

// A statement of an engine; used through Query.
class Statement {
 public:
  virtual ~Statement() = default;
  virtual void text(std::string_view value) = 0;
  virtual void blob(std::string_view value) = 0;
  virtual void number(std::int64_t value) = 0;
  virtual bool row() = 0;
  virtual std::int64_t number_at(int column) const = 0;
  virtual std::string_view bytes_at(int column) const = 0;
  virtual bool null_at(int column) const = 0;
  // Its user is through with it.
  virtual void release() noexcept = 0;
};

// A statement in use, for the length of a scope.
class Query {
 public:
  explicit Query(Statement& statement) : statement_(statement) {}
  ~Query() { statement_.release(); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Bind the parameters in order. Text and blobs must outlive the query.
  Query& text(std::string_view value) {
    statement_.text(value);
    return *this;
  }
  Query& blob(std::string_view value) {
    statement_.blob(value);
    return *this;
  }
  Query& number(std::int64_t value) {
    statement_.number(value);
    return *this;
  }

  // False when there is no further row.
  bool row() { return statement_.row(); }
  // For statements without rows.
  void run() {
    while (row()) {
    }
  }
  std::int64_t number_at(int column) const { return statement_.number_at(column); }
  // Valid until the next row.
  std::string_view bytes_at(int column) const { return statement_.bytes_at(column); }
  std::string string_at(int column) const { return std::string(bytes_at(column)); }
  bool null_at(int column) const { return statement_.null_at(column); }

 private:
  Statement& statement_;
};

// One connection. Used by one thread at a time.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual Query query(std::string_view sql) = 0;
  // One statement or several, without parameters and answers.
  virtual void run(const std::string& sql) = 0;
  // Rows changed by the last statement.
  virtual std::int64_t changes() const = 0;
  virtual const Dialect& dialect() const = 0;
};

// Runs `body` and turns a database's exceptions into errors: nothing is thrown out of the store.
Error to_error(const DatabaseError& error, const char* tried);
template <typename Body>
auto attempt(const char* tried, Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const DatabaseError& error) {
    return to_error(error, tried);
  }
}

}  // namespace semafoor::store::sql
