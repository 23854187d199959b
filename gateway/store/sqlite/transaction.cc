// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/transaction.h"

#include <algorithm>
#include <map>

#include "gateway/domain/date.h"
#include "gateway/domain/text.h"
#include "gateway/domain/uuid.h"

namespace semafoor::store::sqlite {
namespace {

v1::Module module_of(const std::string& event_type) {
  if (event_type.rfind("signal.", 0) == 0) return v1::MODULE_KNIPPERLICHT;
  if (event_type.rfind("feedback.", 0) == 0) return v1::MODULE_FEEDBACK;
  return v1::MODULE_EBOX;
}

void add_texts(const v1::LocalizedText& text, std::string& all) {
  for (const std::string* one : {&text.nl(), &text.fr(), &text.de(), &text.en()})
    all.append(*one).append(1, ' ');
}

// What a search looks at: subject, sender, business data.
std::string searchable(const v1::Message& message) {
  std::string all;
  add_texts(message.subject(), all);
  add_texts(message.sender_name(), all);
  for (const auto& datum : message.business_data()) {
    add_texts(datum.name(), all);
    for (const auto& value : datum.values()) add_texts(value, all);
  }
  return all;
}

bool ended(v1::OperationState state) {
  return state == v1::OPERATION_STATE_SUCCEEDED || state == v1::OPERATION_STATE_PARTIAL ||
         state == v1::OPERATION_STATE_FAILED;
}

}  // namespace

std::int64_t SqliteTransaction::next(const Org& org, const char* counter) {
  database_
      .query(
          "INSERT INTO sequences (org, events, changes, duplicates) VALUES (?, 0, 0, 0) ON "
          "CONFLICT DO NOTHING")
      .text(org)
      .run();
  auto query = database_.query(std::string("UPDATE sequences SET ") + counter + " = " + counter +
                               " + 1 WHERE org = ? RETURNING " + counter);
  query.text(org);
  query.row();
  const std::int64_t value = query.number_at(0);
  query.run();
  return value;
}

std::int64_t SqliteTransaction::next_change(const Org& org) {
  return next(org, "changes");
}

void SqliteTransaction::append(const Org& org, v1::Module module, const std::string& type,
                               const std::string& subject, std::int64_t version) {
  v1::Event event;
  event.set_type(type);
  event.set_module(module);
  event.set_subject_id(subject);
  event.set_subject_version(version);
  if (auto appended = append_event(org, std::move(event)); !appended)
    throw SqliteError(SQLITE_ERROR, appended.error().message);
}

Result<std::int64_t> SqliteTransaction::append_event(const Org& org, v1::Event event) {
  return attempt("append an event", [&]() -> Result<std::int64_t> {
    const std::int64_t sequence = next(org, "events");
    event.set_sequence(sequence);
    event.set_event_id(domain::uuid_v7(now_ms_));
    event.mutable_organisation()->set_value(org);
    event.mutable_time()->set_unix_ms(now_ms_);
    event.set_cursor(std::to_string(sequence));
    const std::string body = event.SerializeAsString();
    database_
        .query("INSERT INTO events (org, sequence, module, time_ms, body) VALUES (?, ?, ?, ?, ?)")
        .text(org)
        .number(sequence)
        .number(event.module())
        .number(now_ms_)
        .blob(body)
        .run();
    if (std::find(notice_.organisations.begin(), notice_.organisations.end(), org) ==
        notice_.organisations.end())
      notice_.organisations.push_back(org);
    return sequence;
  });
}

Result<void> SqliteTransaction::put_organisation(const v1::Organisation& organisation) {
  return attempt("store an organisation", [&]() -> Result<void> {
    const std::string body = organisation.SerializeAsString();
    database_
        .query(
            "INSERT INTO organisations (org, body) VALUES (?, ?) ON CONFLICT (org) DO UPDATE SET "
            "body = excluded.body")
        .text(organisation.organisation().value())
        .blob(body)
        .run();
    notice_.tasks = true;
    return {};
  });
}

std::string SqliteTransaction::words_hash(const Org& org, const v1::Message& message) const {
  return index_.hash("words", org, searchable(message));
}

void SqliteTransaction::index_words(const Org& org, const v1::Message& message, bool changed) {
  if (changed)
    database_.query("DELETE FROM message_words WHERE org = ? AND message_id = ?")
        .text(org)
        .text(message.message_id())
        .run();
  for (const std::string& word : domain::words_of(searchable(message))) {
    for (const std::string& hash : index_.word_hashes(org, word)) {
      database_
          .query("INSERT OR IGNORE INTO message_words (org, word, message_id) VALUES (?, ?, ?)")
          .text(org)
          .blob(hash)
          .text(message.message_id())
          .run();
    }
  }
}

Result<void> SqliteTransaction::put_message(const Org& org, StoredMessage& stored,
                                            const std::string& event_type) {
  return attempt("store a message", [&]() -> Result<void> {
    v1::Message& message = stored.message;
    const std::string words = words_hash(org, message);
    std::int64_t version = 0;
    bool same_words = false;
    {
      auto known =
          database_.query("SELECT body, words_hash FROM messages WHERE org = ? AND id = ?");
      known.text(org).text(message.message_id());
      if (known.row()) {
        v1::Message before;
        const std::string_view body = known.bytes_at(0);
        before.ParseFromArray(body.data(), static_cast<int>(body.size()));
        version = before.version();
        same_words = known.bytes_at(1) == words;
      }
    }
    message.set_version(version + 1);
    const std::string body = message.SerializeAsString();
    database_
        .query(
            "INSERT INTO messages (org, id, provider, provider_message_id, family, received_ms, "
            "seen, changed,"
            " words_hash, body, upstream_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (org, id) DO UPDATE SET family = excluded.family, received_ms = "
            "excluded.received_ms,"
            " seen = excluded.seen, changed = excluded.changed, words_hash = excluded.words_hash,"
            " body = excluded.body, upstream_json = excluded.upstream_json")
        .text(org)
        .text(message.message_id())
        .text(message.provider_id())
        .text(message.provider_message_id())
        .number(message.family())
        .number(message.received_at().unix_ms())
        .number(message.seen() ? 1 : 0)
        .number(next_change(org))
        .blob(words)
        .blob(body)
        .blob(stored.upstream_json)
        .run();
    if (!same_words) index_words(org, message, version > 0);
    for (const auto& attachment : message.attachments()) {
      database_
          .query(
              "INSERT INTO attachments (org, id, state, sha256, size) VALUES (?, ?, ?, ?, ?) ON "
              "CONFLICT (org, id)"
              " DO UPDATE SET state = excluded.state, sha256 = excluded.sha256, size = "
              "excluded.size"
              " WHERE state <> excluded.state OR sha256 <> excluded.sha256")
          .text(org)
          .text(attachment.attachment_id())
          .number(attachment.state())
          .blob(attachment.sha256())
          .number(attachment.size_bytes())
          .run();
    }
    if (!event_type.empty())
      append(org, module_of(event_type), event_type, message.message_id(), message.version());
    return {};
  });
}

Result<void> SqliteTransaction::put_attachment_source(const Org& org,
                                                      const AttachmentSource& source) {
  return attempt("store where an attachment comes from", [&]() -> Result<void> {
    database_
        .query(
            "INSERT INTO attachment_sources (org, id, message_id, provider_attachment_id, "
            "expected_sha256)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (org, id) DO UPDATE SET expected_sha256 = "
            "excluded.expected_sha256,"
            " provider_attachment_id = excluded.provider_attachment_id")
        .text(org)
        .text(source.attachment_id)
        .text(source.message_id)
        .text(source.provider_attachment_id)
        .text(source.expected_sha256)
        .run();
    return {};
  });
}

Result<void> SqliteTransaction::put_signal(const Org& org, const std::string& natural_key,
                                           v1::Signal& signal, const std::string& event_type) {
  return attempt("store a signal", [&]() -> Result<void> {
    std::int64_t version = 0;
    {
      auto known = database_.query("SELECT body FROM signals WHERE org = ? AND id = ?");
      known.text(org).text(signal.signal_id());
      if (known.row()) {
        v1::Signal before;
        const std::string_view body = known.bytes_at(0);
        before.ParseFromArray(body.data(), static_cast<int>(body.size()));
        version = before.version();
      }
    }
    signal.set_version(version + 1);
    const std::string key_hash = index_.hash("signal", org, natural_key);
    const std::string person_hash = index_.hash("person", org, signal.person().value());
    const std::string body = signal.SerializeAsString();
    database_
        .query(
            "INSERT INTO signals (org, id, key_hash, reference, state, match_state, type, law, "
            "assignee, person_hash,"
            " period_from, period_to, received_ms, changed, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, "
            "?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (org, id) DO UPDATE SET key_hash = excluded.key_hash, reference = "
            "excluded.reference,"
            " state = excluded.state, match_state = excluded.match_state, type = excluded.type, "
            "law = excluded.law,"
            " assignee = excluded.assignee, person_hash = excluded.person_hash, period_from = "
            "excluded.period_from,"
            " period_to = excluded.period_to, received_ms = excluded.received_ms, changed = "
            "excluded.changed,"
            " body = excluded.body")
        .text(org)
        .text(signal.signal_id())
        .blob(key_hash)
        .text(signal.signal_reference())
        .number(signal.state())
        .number(signal.match_state())
        .text(signal.signal_type())
        .number(signal.law())
        .text(signal.assignee().id())
        .blob(person_hash)
        .number(domain::date_number(signal.reference_period().from()))
        .number(domain::date_number(signal.reference_period().to()))
        .number(signal.received_at().unix_ms())
        .number(next_change(org))
        .blob(body)
        .run();
    if (!event_type.empty())
      append(org, v1::MODULE_KNIPPERLICHT, event_type, signal.signal_id(), signal.version());
    return {};
  });
}

Result<void> SqliteTransaction::put_feedback(const Org& org, const std::string& content_hash,
                                             v1::FeedbackItem& item,
                                             const std::string& event_type) {
  return attempt("store an answer", [&]() -> Result<void> {
    auto known = feedback(org, item.client_id());
    if (!known) return std::move(known).error();
    item.set_version(known->has_value() ? (*known)->version() + 1 : 1);
    const std::string body = item.SerializeAsString();
    database_
        .query(
            "INSERT INTO feedback (org, client_id, signal_id, state, content_hash, submitted_ms, "
            "changed, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (org, client_id) DO UPDATE SET state = "
            "excluded.state,"
            " content_hash = excluded.content_hash, changed = excluded.changed, body = "
            "excluded.body")
        .text(org)
        .text(item.client_id())
        .text(item.signal_id())
        .number(item.state())
        .blob(content_hash)
        .number(item.submitted_at().unix_ms())
        .number(next_change(org))
        .blob(body)
        .run();
    if (!event_type.empty())
      append(org, v1::MODULE_FEEDBACK, event_type, item.client_id(), item.version());
    return {};
  });
}

Result<std::optional<std::string>> SqliteTransaction::feedback_content_hash(
    const Org& org, const std::string& client_id) {
  return attempt("read an answer's hash", [&]() -> Result<std::optional<std::string>> {
    auto query =
        database_.query("SELECT content_hash FROM feedback WHERE org = ? AND client_id = ?");
    query.text(org).text(client_id);
    if (!query.row()) return std::optional<std::string>();
    return std::optional(query.string_at(0));
  });
}

Result<void> SqliteTransaction::put_consumer(const Consumer& consumer) {
  return attempt("store a consumer", [&]() -> Result<void> {
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

Result<void> SqliteTransaction::put_operation(const Org& org, v1::Operation& operation) {
  return attempt("store an operation", [&]() -> Result<void> {
    auto known = this->operation(org, operation.operation_id());
    if (!known) return std::move(known).error();
    operation.set_version(known->has_value() ? (*known)->version() + 1 : 1);
    const std::string body = operation.SerializeAsString();
    database_
        .query(
            "INSERT INTO operations (org, id, kind, running, body) VALUES (?, ?, ?, ?, ?) ON "
            "CONFLICT (org, id)"
            " DO UPDATE SET running = excluded.running, body = excluded.body")
        .text(org)
        .text(operation.operation_id())
        .text(operation.kind())
        .number(ended(operation.state()) ? 0 : 1)
        .blob(body)
        .run();
    return {};
  });
}

Result<void> SqliteTransaction::put_duty(const v1::DutyStatus& duty) {
  return attempt("store a duty's state", [&]() -> Result<void> {
    const std::string body = duty.SerializeAsString();
    database_
        .query(
            "INSERT INTO duties (org, name, body) VALUES (?, ?, ?) ON CONFLICT (org, name) DO "
            "UPDATE SET body = excluded.body")
        .text(duty.organisation().value())
        .text(duty.name())
        .blob(body)
        .run();
    return {};
  });
}

Result<void> SqliteTransaction::put_cursor(const Org& org, const std::string& name,
                                           const std::string& value) {
  return attempt("store a cursor", [&]() -> Result<void> {
    database_
        .query(
            "INSERT INTO cursors (org, name, value) VALUES (?, ?, ?) ON CONFLICT (org, name) DO "
            "UPDATE SET value = excluded.value")
        .text(org)
        .text(name)
        .text(value)
        .run();
    return {};
  });
}

Result<bool> SqliteTransaction::add_inbox(const Org& org, const InboxItem& item) {
  return attempt("store what arrived", [&]() -> Result<bool> {
    database_
        .query(
            "INSERT INTO inbox (org, source, id, time_ms, outcome, problem, raw) VALUES (?, ?, ?, "
            "?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING")
        .text(org)
        .text(item.source)
        .text(item.id)
        .number(now_ms_)
        .text(item.outcome)
        .text(item.problem)
        .blob(item.raw)
        .run();
    if (database_.changes() > 0) return true;
    next(org, "duplicates");
    return false;
  });
}

Result<void> SqliteTransaction::set_inbox_outcome(const Org& org, const std::string& source,
                                                  const std::string& id, const std::string& outcome,
                                                  const std::string& problem) {
  return attempt("store what became of an arrival", [&]() -> Result<void> {
    database_
        .query("UPDATE inbox SET outcome = ?, problem = ? WHERE org = ? AND source = ? AND id = ?")
        .text(outcome)
        .text(problem)
        .text(org)
        .text(source)
        .text(id)
        .run();
    return {};
  });
}

Result<void> SqliteTransaction::count_duplicate(const Org& org) {
  return attempt("count a duplicate", [&]() -> Result<void> {
    next(org, "duplicates");
    return {};
  });
}

Result<bool> SqliteTransaction::enqueue(const Task& task) {
  return attempt("enqueue a task", [&]() -> Result<bool> {
    database_
        .query(
            "INSERT INTO tasks (org, kind, key, payload, due_ms, attempts, fencing, owner, "
            "last_problem)"
            " VALUES (?, ?, ?, ?, ?, ?, 0, '', ?) ON CONFLICT (org, kind, key) DO NOTHING")
        .text(task.org)
        .text(task.kind)
        .text(task.key)
        .blob(task.payload)
        .number(task.not_before_ms)
        .number(task.attempts)
        .text(task.last_problem)
        .run();
    const bool added = database_.changes() > 0;
    notice_.tasks = notice_.tasks || added;
    return added;
  });
}

void SqliteTransaction::claim_of(const std::string& org, const std::string& kind,
                                 const std::string& owner, std::int64_t lease_ms, int max,
                                 std::vector<Task>& claimed) {
  auto query = database_.query(
      "UPDATE tasks SET due_ms = ?, attempts = attempts + 1, fencing = fencing + 1, owner = ? "
      "WHERE id IN"
      " (SELECT id FROM tasks WHERE org = ? AND kind = ? AND due_ms <= ? ORDER BY due_ms, id LIMIT "
      "?)"
      " RETURNING id, key, payload, attempts, fencing, last_problem");
  query.number(now_ms_ + lease_ms).text(owner).text(org).text(kind).number(now_ms_).number(max);
  while (query.row()) {
    claimed.push_back({.id = query.number_at(0),
                       .org = org,
                       .kind = kind,
                       .key = query.string_at(1),
                       .payload = query.string_at(2),
                       .not_before_ms = now_ms_ + lease_ms,
                       .attempts = static_cast<int>(query.number_at(3)),
                       .fencing = query.number_at(4),
                       .last_problem = query.string_at(5)});
  }
}

Result<std::vector<Task>> SqliteTransaction::claim(const std::vector<std::string>& kinds,
                                                   const std::string& owner, std::int64_t lease_ms,
                                                   int max) {
  return attempt("claim tasks", [&]() -> Result<std::vector<Task>> {
    // How many each organisation has ready, at most `max`: a backlog of one never hides another's
    // work.
    std::vector<std::pair<std::string, std::string>> ready;
    for (const std::string& kind : kinds) {
      std::string org;
      for (;;) {
        auto following = database_.query("SELECT min(org) FROM tasks WHERE org > ?");
        following.text(org);
        if (!following.row() || following.null_at(0)) break;
        org = following.string_at(0);
        auto due = database_.query(
            "SELECT 1 FROM tasks WHERE org = ? AND kind = ? AND due_ms <= ? LIMIT 1");
        due.text(org).text(kind).number(now_ms_);
        if (due.row()) ready.emplace_back(org, kind);
      }
    }
    std::vector<Task> claimed;
    while (!ready.empty() && static_cast<int>(claimed.size()) < max) {
      const int left = max - static_cast<int>(claimed.size());
      const int share = std::max(1, left / static_cast<int>(ready.size()));
      std::vector<std::pair<std::string, std::string>> more;
      for (const auto& [org, kind] : ready) {
        if (static_cast<int>(claimed.size()) >= max) break;
        const std::size_t before = claimed.size();
        claim_of(org, kind, owner, lease_ms, share, claimed);
        if (static_cast<int>(claimed.size() - before) == share) more.emplace_back(org, kind);
      }
      ready = std::move(more);
    }
    return claimed;
  });
}

Result<void> SqliteTransaction::lease_lost(const Task& task) const {
  return Error{.kind = ErrorKind::aborted,
               .code = "task.lease_lost",
               .message = "Finished task " + task.kind +
                          ": its lease had ended and another worker has taken it over. "
                          "What this worker did is not recorded."};
}

Result<void> SqliteTransaction::extend(const Task& task, std::int64_t lease_ms) {
  return attempt("extend a lease", [&]() -> Result<void> {
    database_.query("UPDATE tasks SET due_ms = ? WHERE id = ? AND fencing = ?")
        .number(now_ms_ + lease_ms)
        .number(task.id)
        .number(task.fencing)
        .run();
    return database_.changes() > 0 ? Result<void>() : lease_lost(task);
  });
}

Result<void> SqliteTransaction::complete(const Task& task) {
  return attempt("complete a task", [&]() -> Result<void> {
    database_.query("DELETE FROM tasks WHERE id = ? AND fencing = ?")
        .number(task.id)
        .number(task.fencing)
        .run();
    return database_.changes() > 0 ? Result<void>() : lease_lost(task);
  });
}

Result<void> SqliteTransaction::retry(const Task& task, std::int64_t not_before_ms,
                                      const std::string& problem) {
  return attempt("put a task back", [&]() -> Result<void> {
    database_
        .query(
            "UPDATE tasks SET due_ms = ?, owner = '', last_problem = ? WHERE id = ? AND fencing = "
            "?")
        .number(not_before_ms)
        .text(problem)
        .number(task.id)
        .number(task.fencing)
        .run();
    if (database_.changes() == 0) return lease_lost(task);
    notice_.tasks = true;
    return {};
  });
}

Result<void> SqliteTransaction::prune_events(std::int64_t max_age_ms) {
  return attempt("prune the event log", [&]() -> Result<void> {
    const std::int64_t oldest = now_ms_ - max_age_ms;
    database_.query("DELETE FROM consumers WHERE seen_ms < ?").number(oldest).run();
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
              " DO UPDATE SET up_to = max(up_to, excluded.up_to)")
          .text(key.first)
          .number(key.second)
          .number(limit)
          .run();
    }
    return {};
  });
}

}  // namespace semafoor::store::sqlite
