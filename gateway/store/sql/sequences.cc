// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sql/sequences.h"

namespace semafoor::store::sql {

bool Sequences::read(const Org& org, Numbers& numbers) {
  static const std::string kRead =
      "SELECT changes, events, audit, audit_hash FROM sequences WHERE org = ?";
  const Dialect& dialect = database_.dialect();
  const bool in_order = entries_.empty() || entries_.rbegin()->first < org;
  auto query = database_.query(
      kRead + std::string(in_order ? dialect.for_update : dialect.for_update_or_fail));
  query.text(org);
  if (!query.row()) return false;
  numbers = {.change = query.number_at(0),
             .sequence = query.number_at(1),
             .audit = {.number = query.number_at(2), .hash = query.string_at(3)}};
  return true;
}

Sequences::Entry& Sequences::entry(const Org& org) {
  const auto found = entries_.find(org);
  if (found != entries_.end()) return found->second;
  if (database_.dialect().many_writers) wanted_.insert(org);
  Entry read;
  if (!this->read(org, read.now) && database_.dialect().many_writers) {
    rowless_ = org;
    throw DatabaseError("the organisation has no counters yet", {.retryable = true});
  }
  read.kept = read.now;
  return entries_.emplace(org, read).first->second;
}

void Sequences::jump(const Org& org) {
  // More than an organisation has events in its life; thousands of jumps fit into what JSON's
  // numbers hold (2^53).
  constexpr std::int64_t kJump = std::int64_t{1} << 40;
  Entry& found = entry(org);
  found.now.change += kJump;
  found.now.sequence += kJump;
}

void Sequences::keep() {
  for (auto& [org, entry] : entries_) {
    entry.changed = entry.changed || entry.now.change != entry.kept.change ||
                    entry.now.sequence != entry.kept.sequence ||
                    entry.now.audit.number != entry.kept.audit.number;
    entry.kept = entry.now;
  }
}

void Sequences::give_back() {
  for (auto& [org, entry] : entries_) entry.now = entry.kept;
}

void Sequences::write() {
  for (const auto& [org, entry] : entries_) {
    if (!entry.changed) continue;
    database_
        .query(
            "INSERT INTO sequences (org, changes, events, audit, audit_hash) VALUES (?, ?, ?, ?, "
            "?) ON CONFLICT (org) DO UPDATE SET changes = excluded.changes, events = "
            "excluded.events, audit = excluded.audit, audit_hash = excluded.audit_hash")
        .text(org)
        .number(entry.now.change)
        .number(entry.now.sequence)
        .number(entry.now.audit.number)
        .blob(entry.now.audit.hash)
        .run();
  }
}

}  // namespace semafoor::store::sql
