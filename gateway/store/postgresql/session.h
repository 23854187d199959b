// SPDX-License-Identifier: Apache-2.0
//
// A connection to PostgreSQL over libpq. Statements are unnamed and parameterised, settings last
// one transaction, locks too: a pooler that gives each transaction another server connection
// (PgBouncer, pool_mode = transaction) may stand between.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/store/postgresql/address.h"
#include "gateway/store/sql/connection.h"

namespace semafoor::store::postgresql {

struct ResultFree {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPointer = std::unique_ptr<PGresult, ResultFree>;

class Session final : public sql::Connection {
 public:
  // Connects; throws sql::DatabaseError.
  explicit Session(const Address& address);
  ~Session() override;

  sql::Query query(std::string_view sql) override;
  void run(const std::string& sql) override { (void)run_for_value(sql); }
  std::int64_t changes() const override { return changes_; }
  const sql::Dialect& dialect() const override;

  // As run(); the first value of what the last statement answers, if it answers one.
  std::string run_for_value(const std::string& sql);
  // Commits. False when the server undid the transaction instead, because a statement of it had
  // failed.
  bool commit();
  // Undoes what is open; never throws. A session that cannot is broken.
  void roll_back() noexcept;

  // The connection is gone.
  bool broken() const { return PQstatus(connection_.get()) != CONNECTION_OK; }
  // SQLSTATE of the first failure since forget_failure(); empty when the connection was lost.
  const std::optional<std::string>& failure() const { return failure_; }
  void forget_failure() { failure_.reset(); }
  // A conflict with another transaction: the same work may succeed now.
  bool conflicted() const {
    return failure_ == "40001" || failure_ == "40P01" || failure_ == "55P03";
  }

  PGconn* raw() const { return connection_.get(); }

 private:
  class Command;
  struct Closer {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  // Throws unless the statement succeeded.
  ResultPointer checked(PGresult* result);

  std::unique_ptr<PGconn, Closer> connection_;
  std::int64_t changes_ = 0;
  std::optional<std::string> failure_;
  std::vector<std::unique_ptr<Command>> idle_;
  std::vector<std::unique_ptr<Command>> busy_;
};

}  // namespace semafoor::store::postgresql
