// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "gateway/store/sql/connection.h"
#include "gateway/store/store.h"

namespace semafoor::store::sql {

// The counter rows of the open transaction. They are read once and written once a transaction
// instead of once a row. Of the thread of the connection.
class Sequences {
 public:
  explicit Sequences(Connection& database) : database_(database) {}

  struct Numbers {
    std::int64_t change = 0;
    // Of the event log, gapless.
    std::int64_t sequence = 0;
    // Where the audit chain ends.
    AuditHead audit;
  };
  // Where others write at the same time, the counter row is the organisation's lock: whoever has
  // read or changed something of it in a transaction has it for itself until the end. Locks are
  // waited for in the order of the organisations only, so that no two transactions wait for each
  // other; out of order a taken one is a conflict at once, and the work is to be run again with all
  // that wanted() names locked before.
  void lock(const Org& org) {
    if (database_.dialect().many_writers) (void)entry(org);
  }
  const std::set<Org>& wanted() const { return wanted_; }
  // Has no row to lock yet. One is to be made outside of this transaction, which others would
  // otherwise wait for out of order, and the work run again.
  const std::optional<Org>& rowless() const { return rowless_; }
  const Numbers& last(const Org& org) { return entry(org).now; }
  std::int64_t next_change(const Org& org) { return ++entry(org).now.change; }
  std::int64_t next_sequence(const Org& org) { return ++entry(org).now.sequence; }
  AuditHead& audit(const Org& org) { return entry(org).now.audit; }
  // Both counters, far ahead of whatever was given out in a history that a restore has undone.
  void jump(const Org& org);

  // A work item ended: what it took is taken, or was never taken.
  void keep();
  void give_back();
  // Before the commit.
  void write();
  // After it, or after the transaction was undone.
  void forget() { entries_.clear(); }

 private:
  struct Entry {
    Numbers now;
    Numbers kept;
    bool changed = false;
  };
  // False when there is no row yet.
  bool read(const Org& org, Numbers& numbers);
  Entry& entry(const Org& org);

  Connection& database_;
  std::map<Org, Entry> entries_;
  std::set<Org> wanted_;
  std::optional<Org> rowless_;
};

}  // namespace semafoor::store::sql
