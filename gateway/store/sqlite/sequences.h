// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

namespace semafoor::store::sqlite {

// The counter rows of the open transaction. They are read once and written once a batch instead of
// once a row. Of the writer's thread.
class Sequences {
 public:
  explicit Sequences(Database& database) : database_(database) {}

  struct Numbers {
    std::int64_t change = 0;
    // Of the event log, gapless.
    std::int64_t sequence = 0;
  };
  Numbers last(const Org& org) { return entry(org).now; }
  std::int64_t next_change(const Org& org) { return ++entry(org).now.change; }
  std::int64_t next_sequence(const Org& org) { return ++entry(org).now.sequence; }

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
  Entry& entry(const Org& org);

  Database& database_;
  std::map<Org, Entry> entries_;
};

}  // namespace semafoor::store::sqlite
