// SPDX-License-Identifier: Apache-2.0
//
// The part of a transaction that makes and takes away the keys of organisations.
#include <array>

#include "gateway/store/sql/schema.h"
#include "gateway/store/sql/transaction.h"

namespace semafoor::store::sql {
namespace {

// All that holds something of an organisation, but its counters (whoever reads events must not
// meet a number twice), its key's tombstone and its audit chain.
constexpr std::array<const char*, 22> kRows{
    "organisations", "messages",       "words",         "word_prefixes", "message_words",
    "attachments",   "signals",        "feedback",      "events",        "attachment_sources",
    "events_pruned", "consumers",      "operations",    "duties",        "cursors",
    "inbox",         "tasks",          "audit_persons", "data_keys",     "removed_messages",
    "entries",       "statement_lines"};

}  // namespace

void sweep_erased(Connection& database) {
  for (const char* table : {"entries", "statement_lines"})
    database
        .query(std::string("DELETE FROM ") + table +
               " WHERE org IN (SELECT org FROM data_keys WHERE erased_ms <> 0)")
        .run();
}

Result<void> SqlTransaction::prepare_key(const Org& org, bool anew) {
  return change("make the key of an organisation", [&]() -> Result<void> {
    if (!data_keys_.sealing()) return {};
    enter(org);
    bool taken_away = false;
    {
      auto query = database_.query("SELECT erased_ms FROM data_keys WHERE org = ?");
      query.text(org);
      if (query.row()) taken_away = query.number_at(0) != 0;
    }
    if (taken_away && anew) {
      known_keys_.insert_or_assign(org, data_keys_.make(database_, org, true));
      return {};
    }
    if (key_of(org) == nullptr)
      known_keys_.insert_or_assign(org, data_keys_.make(database_, org, false));
    return {};
  });
}

Result<void> SqlTransaction::erase(const Org& org) {
  return change("erase an organisation", [&]() -> Result<void> {
    enter(org);
    for (const char* table : kRows)
      database_.query(std::string("DELETE FROM ") + table + " WHERE org = ?").text(org).run();
    // Says for ever that it was erased, also to a backup that is put back.
    database_.query("INSERT INTO data_keys (org, wrapped, erased_ms) VALUES (?, ?, ?)")
        .text(org)
        .blob("")
        .number(now_ms_)
        .run();
    known_keys_.erase(org);
    return {};
  });
}

Result<void> SqlTransaction::put_wrapped_key(const WrappedKey& key) {
  return change("put back the key of an organisation", [&]() -> Result<void> {
    enter(key.org);
    database_
        .query(
            "INSERT INTO data_keys (org, wrapped, erased_ms) VALUES (?, ?, ?) ON CONFLICT (org) DO "
            "UPDATE SET wrapped = excluded.wrapped, erased_ms = excluded.erased_ms")
        .text(key.org)
        .blob(key.wrapped)
        .number(key.erased_ms)
        .run();
    known_keys_.erase(key.org);
    return {};
  });
}

}  // namespace semafoor::store::sql
