// SPDX-License-Identifier: Apache-2.0
//
// The part of a transaction that keeps the event log and its consumers.
#include <algorithm>
#include <map>

#include "gateway/domain/uuid.h"
#include "gateway/store/sql/schema.h"
#include "gateway/store/sql/transaction.h"

namespace semafoor::store::sql {

void SqlTransaction::append(const Org& org, v1::Module module, const std::string& type,
                            const std::string& subject, std::int64_t version) {
  v1::Event event;
  event.set_type(type);
  event.set_module(module);
  event.set_subject_id(subject);
  event.set_subject_version(version);
  insert_event(org, event);
}

std::int64_t SqlTransaction::insert_event(const Org& org, v1::Event& event) {
  const std::int64_t sequence = sequences_.next_sequence(org);
  event.set_sequence(sequence);
  event.set_event_id(domain::uuid_v7(now_ms_));
  event.mutable_organisation()->set_value(org);
  event.mutable_time()->set_unix_ms(now_ms_);
  event.set_cursor(std::to_string(sequence));
  const std::string body = event.SerializeAsString();
  database_
      .query("INSERT INTO events (org, module, sequence, time_ms, body) VALUES (?, ?, ?, ?, ?)")
      .text(org)
      .number(event.module())
      .number(sequence)
      .number(now_ms_)
      .blob(body)
      .run();
  if (std::find(notice_.organisations.begin(), notice_.organisations.end(), org) ==
      notice_.organisations.end())
    notice_.organisations.push_back(org);
  return sequence;
}

Result<std::int64_t> SqlTransaction::append_event(const Org& org, v1::Event event) {
  return change("append an event",
                [&]() -> Result<std::int64_t> { return insert_event(org, event); });
}

Result<std::int64_t> SqlTransaction::last_sequence(const Org& org) {
  return attempt("read the last sequence",
                 [&]() -> Result<std::int64_t> { return sequences_.last(org).sequence; });
}

Result<void> SqlTransaction::put_consumer(const Consumer& consumer) {
  return change("store a consumer", [&]() -> Result<void> {
    enter(consumer.org);
    database_
        .query(
            "INSERT INTO consumers (org, module, name, acknowledged, holder, lease_until_ms, "
            "seen_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (org, module, name) DO UPDATE SET"
            " acknowledged = excluded.acknowledged, holder = excluded.holder,"
            " lease_until_ms = excluded.lease_until_ms, seen_ms = excluded.seen_ms")
        .text(consumer.org)
        .number(consumer.module)
        .text(consumer.name)
        .number(consumer.acknowledged)
        .text(consumer.holder)
        .number(consumer.lease_until_ms)
        .number(consumer.seen_ms)
        .run();
    return {};
  });
}

Result<std::vector<Consumer>> SqlTransaction::prune_events(std::int64_t max_age_ms) {
  return change("prune the event log", [&]() -> Result<std::vector<Consumer>> {
    const std::int64_t oldest = now_ms_ - max_age_ms;
    std::vector<Consumer> dropped;
    {
      auto unseen = database_.query(
          "DELETE FROM consumers WHERE seen_ms < ? RETURNING org, module, name, acknowledged, "
          "seen_ms");
      unseen.number(oldest);
      while (unseen.row())
        dropped.push_back({.org = unseen.string_at(0),
                           .module = static_cast<v1::Module>(unseen.number_at(1)),
                           .name = unseen.string_at(2),
                           .acknowledged = unseen.number_at(3),
                           .seen_ms = unseen.number_at(4)});
    }
    // Up to where each module's events are done with: everybody has acknowledged, or they are too
    // old.
    std::map<std::pair<std::string, std::int64_t>, std::int64_t> up_to;
    {
      auto acknowledged = database_.query(
          "SELECT org, module, min(acknowledged) FROM consumers GROUP BY org, module");
      while (acknowledged.row())
        up_to[{acknowledged.string_at(0), acknowledged.number_at(1)}] = acknowledged.number_at(2);
      auto old = database_.query(
          "SELECT org, module, max(sequence) FROM events WHERE time_ms < ? GROUP BY org, module");
      old.number(oldest);
      while (old.row()) {
        auto& limit = up_to[{old.string_at(0), old.number_at(1)}];
        limit = std::max(limit, old.number_at(2));
      }
    }
    for (const auto& [key, limit] : up_to) {
      if (limit == 0) continue;
      database_.query("DELETE FROM events WHERE org = ? AND module = ? AND sequence <= ?")
          .text(key.first)
          .number(key.second)
          .number(limit)
          .run();
      if (database_.changes() == 0) continue;
      database_
          .query(
              "INSERT INTO events_pruned (org, module, up_to) VALUES (?, ?, ?) ON CONFLICT (org, "
              "module)"
              " DO UPDATE SET up_to = excluded.up_to WHERE events_pruned.up_to < excluded.up_to")
          .text(key.first)
          .number(key.second)
          .number(limit)
          .run();
    }
    return dropped;
  });
}

Result<void> SqlTransaction::begin_anew() {
  return change("begin a new event log", [&]() -> Result<void> {
    std::vector<Org> organisations;
    {
      auto all = database_.query("SELECT org FROM organisations UNION SELECT org FROM sequences");
      while (all.row()) organisations.push_back(all.string_at(0));
    }
    database_.query("DELETE FROM events").run();
    for (const Org& org : organisations) {
      sequences_.jump(org);
      const std::int64_t end = sequences_.last(org).sequence;
      for (int module = v1::Module_MIN + 1; module <= v1::Module_MAX; ++module)
        database_
            .query(
                "INSERT INTO events_pruned (org, module, up_to) VALUES (?, ?, ?) ON CONFLICT (org, "
                "module) DO UPDATE SET up_to = excluded.up_to")
            .text(org)
            .number(module)
            .number(end)
            .run();
      // Told in the chain itself: what follows is another history than that of before.
      AuditEntry entry;
      entry.what = "store.restored";
      entry.act = domain::act_of_gateway();
      if (auto noted = append_audit(org, entry); !noted) return noted;
    }
    return {};
  });
}

Result<void> SqlTransaction::note_history(const std::string& what, const std::string& by_version,
                                          const std::string& detail) {
  return change("note in the history", [&]() -> Result<void> {
    add_history(database_, now_ms_, what, by_version, detail);
    return {};
  });
}

}  // namespace semafoor::store::sql
