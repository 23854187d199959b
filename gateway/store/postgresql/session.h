// SPDX-License-Identifier: Apache-2.0
//
// A connection to PostgreSQL over libpq. Statements are unnamed and parameterised, settings last
// one transaction, locks too: a pooler that gives each transaction another server connection
// (PgBouncer, pool_mode = transaction) may stand between.
#pragma once

#include <libpq-fe.h>

#include <chrono>
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
  // A server that is silent for longer has lost us, whatever its machine still acknowledges. Locks
  // are waited for a shorter time, and everything of the daily work is short.
  static constexpr std::chrono::milliseconds kPatience{15'000};
  // For a migration, which takes as long as it takes.
  static constexpr std::chrono::milliseconds kForAsLongAsItTakes = std::chrono::hours(24);

  // Connects; throws sql::DatabaseError.
  explicit Session(const Address& address, std::chrono::milliseconds patience = kPatience);
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
  bool broken() const { return silent_ || PQstatus(connection_.get()) != CONNECTION_OK; }
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
  // The answer to what was sent, of several the last; `sent` is libpq's word on whether it could
  // be. Throws unless it succeeded, and when none comes in time, which breaks the session.
  ResultPointer answer(int sent);
  ResultPointer next_result();
  ResultPointer checked(ResultPointer result);

  const std::chrono::milliseconds patience_;
  bool silent_ = false;
  std::unique_ptr<PGconn, Closer> connection_;
  std::int64_t changes_ = 0;
  std::optional<std::string> failure_;
  std::vector<std::unique_ptr<Command>> idle_;
  std::vector<std::unique_ptr<Command>> busy_;
};

}  // namespace semafoor::store::postgresql
