// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sql/transaction.h"

#include <utility>

#include "gateway/domain/date.h"
#include "gateway/domain/hex.h"
#include "gateway/store/addressed_blobs.h"
#include "gateway/store/sha256.h"
#include "gateway/store/sql/dossier_index.h"

namespace semafoor::store::sql {
namespace {

v1::Module module_of(const std::string& event_type) {
  if (event_type.rfind("signal.", 0) == 0) return v1::MODULE_KNIPPERLICHT;
  if (event_type.rfind("feedback.", 0) == 0) return v1::MODULE_FEEDBACK;
  return v1::MODULE_EBOX;
}

// Two texts instead of one "insert or change", with which SQLite prepares to undo the statement:
// this is on the way of every row.
constexpr std::string_view kInsertSignal =
    "INSERT INTO signals (org, id, key_hash, reference, state, match_state, type, law, assignee, "
    "person_hash, period_from, period_to, received_ms, changed, body, dossier_hash, team, recalls) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kChangeSignal =
    "UPDATE signals SET key_hash = ?3, reference = ?4, state = ?5, match_state = ?6, type = ?7, "
    "law = ?8, assignee = ?9, person_hash = ?10, period_from = ?11, period_to = ?12, received_ms = "
    "?13, changed = ?14, body = ?15, dossier_hash = ?16, team = ?17, recalls = ?18 WHERE org = ?1 "
    "AND id = ?2";

bool ended(v1::OperationState state) {
  return state == v1::OPERATION_STATE_SUCCEEDED || state == v1::OPERATION_STATE_PARTIAL ||
         state == v1::OPERATION_STATE_FAILED;
}

}  // namespace

std::string SqlTransaction::sealed(const Org& org, std::string_view table, std::string plain) {
  DataKey key = key_of(org);
  if (key == nullptr && data_keys_.sealing()) {
    key = data_keys_.make(database_, org, false);
    known_keys_.emplace(org, key);
  }
  return column_of(key, context_of(table, org), std::move(plain));
}

std::string SqlTransaction::blob_name_of(const Org& org, const std::string& sha256) {
  if (sha256.empty() || !data_keys_.sealing()) return sha256;
  return digest_bytes(blob_name(index_, true, org, domain::to_hex(sha256)));
}

void SqlTransaction::duplicate(const Org& org) {
  database_
      .query(
          "INSERT INTO sequences (org, duplicates) VALUES (?, 1) ON CONFLICT (org) DO UPDATE SET "
          "duplicates = sequences.duplicates + 1")
      .text(org)
      .run();
}

Result<void> SqlTransaction::put_organisation(const v1::Organisation& organisation) {
  return change("store an organisation", [&]() -> Result<void> {
    enter(organisation.organisation().value());
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

Result<void> SqlTransaction::put_message(const Org& org, StoredMessage& stored,
                                         const std::string& event_type) {
  return change("store a message", [&]() -> Result<void> {
    enter(org);
    v1::Message& message = stored.message;
    v1::Message before;
    std::int64_t number = 0;
    {
      auto known = database_.query("SELECT number, body FROM messages WHERE org = ? AND id = ?");
      known.text(org).text(message.message_id());
      if (known.row()) {
        number = known.number_at(0);
        before = record<v1::Message>(org, "messages", known.bytes_at(1));
      }
    }
    message.set_version(before.version() + 1);
    const std::string body = sealed(org, "messages", message.SerializeAsString());
    const std::string upstream_json = sealed(org, "messages", stored.upstream_json);
    {
      auto put = database_.query(
          "INSERT INTO messages (org, id, provider, provider_message_id, family, received_ms, "
          "seen, changed, body, upstream_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (org, id) DO UPDATE SET family = excluded.family, received_ms = "
          "excluded.received_ms, seen = excluded.seen, changed = excluded.changed, body = "
          "excluded.body, upstream_json = excluded.upstream_json RETURNING number");
      put.text(org)
          .text(message.message_id())
          .text(message.provider_id())
          .text(message.provider_message_id())
          .number(message.family())
          .number(message.received_at().unix_ms())
          .number(message.seen() ? 1 : 0)
          .number(sequences_.next_change(org))
          .blob(body)
          .blob(upstream_json);
      while (put.row()) number = put.number_at(0);
    }
    index_words(org, number, before, message);
    for (const auto& attachment : message.attachments()) {
      const std::string name = blob_name_of(org, attachment.sha256());
      database_
          .query(
              "INSERT INTO attachments (org, id, state, sha256, size) VALUES (?, ?, ?, ?, ?) ON "
              "CONFLICT (org, id)"
              " DO UPDATE SET state = excluded.state, sha256 = excluded.sha256, size = "
              "excluded.size"
              " WHERE attachments.state <> excluded.state OR attachments.sha256 <> excluded.sha256")
          .text(org)
          .text(attachment.attachment_id())
          .number(attachment.state())
          .blob(name)
          .number(attachment.size_bytes())
          .run();
    }
    if (!event_type.empty())
      append(org, module_of(event_type), event_type, message.message_id(), message.version());
    return {};
  });
}

Result<void> SqlTransaction::put_attachment_source(const Org& org, const AttachmentSource& source) {
  return change("store where an attachment comes from", [&]() -> Result<void> {
    enter(org);
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

Result<void> SqlTransaction::put_signal(const Org& org, const std::string& natural_key,
                                        v1::Signal& signal, const std::string& event_type) {
  return change("store a signal", [&]() -> Result<void> {
    enter(org);
    std::int64_t version = 0;
    bool known_before = false;
    {
      auto known = database_.query("SELECT body FROM signals WHERE org = ? AND id = ?");
      known.text(org).text(signal.signal_id());
      known_before = known.row();
      if (known_before) version = record<v1::Signal>(org, "signals", known.bytes_at(0)).version();
    }
    signal.set_version(version + 1);
    const std::string key_hash = index_.hash("signal", org, natural_key);
    const std::string person_hash = index_.hash("person", org, signal.person().value());
    const std::string dossier_hash = dossier_hash_of(index_, org, signal);
    const std::string body = sealed(org, "signals", signal.SerializeAsString());
    database_.query(known_before ? kChangeSignal : kInsertSignal)
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
        .number(sequences_.next_change(org))
        .blob(body)
        .blob(dossier_hash)
        .text(signal.team())
        .number(signal.recalls_size())
        .run();
    if (!event_type.empty())
      append(org, v1::MODULE_KNIPPERLICHT, event_type, signal.signal_id(), signal.version());
    return {};
  });
}

Result<void> SqlTransaction::put_feedback(const Org& org, const std::string& content_hash,
                                          v1::FeedbackItem& item, const std::string& event_type) {
  return change("store an answer", [&]() -> Result<void> {
    auto known = feedback(org, item.client_id());
    if (!known) return std::move(known).error();
    item.set_version(known->has_value() ? (*known)->version() + 1 : 1);
    const std::string body = sealed(org, "feedback", item.SerializeAsString());
    database_
        .query(
            "INSERT INTO feedback (org, client_id, client_reference, signal_id, state, "
            "content_hash, submitted_ms, changed, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (org, client_id) DO UPDATE SET state "
            "= excluded.state, client_reference = excluded.client_reference,"
            " content_hash = excluded.content_hash, changed = excluded.changed, body = "
            "excluded.body")
        .text(org)
        .text(item.client_id())
        .text(item.client_reference())
        .text(item.signal_id())
        .number(item.state())
        .blob(content_hash)
        .number(item.submitted_at().unix_ms())
        .number(sequences_.next_change(org))
        .blob(body)
        .run();
    if (!event_type.empty())
      append(org, v1::MODULE_FEEDBACK, event_type, item.client_id(), item.version());
    return {};
  });
}

Result<std::optional<std::string>> SqlTransaction::feedback_content_hash(
    const Org& org, const std::string& client_id) {
  return attempt("read an answer's hash", [&]() -> Result<std::optional<std::string>> {
    enter(org);
    auto query =
        database_.query("SELECT content_hash FROM feedback WHERE org = ? AND client_id = ?");
    query.text(org).text(client_id);
    if (!query.row()) return std::optional<std::string>();
    return std::optional(query.string_at(0));
  });
}

Result<void> SqlTransaction::put_operation(const Org& org, v1::Operation& operation) {
  return change("store an operation", [&]() -> Result<void> {
    auto known = this->operation(org, operation.operation_id());
    if (!known) return std::move(known).error();
    operation.set_version(known->has_value() ? (*known)->version() + 1 : 1);
    const std::string body = sealed(org, "operations", operation.SerializeAsString());
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

Result<void> SqlTransaction::put_duty(const v1::DutyStatus& duty) {
  return change("store a duty's state", [&]() -> Result<void> {
    enter(duty.organisation().value());
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

Result<void> SqlTransaction::put_cursor(const Org& org, const std::string& name,
                                        const std::string& value) {
  return change("store a cursor", [&]() -> Result<void> {
    enter(org);
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

Result<bool> SqlTransaction::add_inbox(const Org& org, const InboxItem& item) {
  return change("store what arrived", [&]() -> Result<bool> {
    enter(org);
    const std::string raw = sealed(org, "inbox", item.raw);
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
        .blob(raw)
        .run();
    if (database_.changes() > 0) return true;
    duplicate(org);
    return false;
  });
}

Result<void> SqlTransaction::set_inbox_outcome(const Org& org, const std::string& source,
                                               const std::string& id, const std::string& outcome,
                                               const std::string& problem) {
  return change("store what became of an arrival", [&]() -> Result<void> {
    enter(org);
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

Result<void> SqlTransaction::drop_inbox(const Org& org, const std::string& source,
                                        const std::string& id) {
  return change("put away what arrived", [&]() -> Result<void> {
    enter(org);
    database_.query("DELETE FROM inbox WHERE org = ? AND source = ? AND id = ?")
        .text(org)
        .text(source)
        .text(id)
        .run();
    return {};
  });
}

Result<void> SqlTransaction::count_duplicate(const Org& org) {
  return change("count a duplicate", [&]() -> Result<void> {
    enter(org);
    duplicate(org);
    return {};
  });
}

}  // namespace semafoor::store::sql
