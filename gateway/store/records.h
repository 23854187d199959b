// SPDX-License-Identifier: Apache-2.0
//
// What the store keeps. Domain records are the messages of proto/semafoor/v1 themselves: a row
// holds the columns it is searched by and the serialised message, so that a record evolves with the
// schema, keeps unknown fields, and is sealed (later) as one value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "semafoor/v1/admin.pb.h"
#include "semafoor/v1/feedback.pb.h"
#include "semafoor/v1/mailbox.pb.h"
#include "semafoor/v1/modules.pb.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::store {

// A CBE number of ten digits; every key of every table starts with it.
using Org = std::string;

// One page of a listing. `position` continues it; empty on the last page.
template <typename T>
struct Page {
  std::vector<T> items;
  std::string position;
  std::int64_t total = 0;
  // Change counter of the organisation when the listing was read.
  std::int64_t changed = 0;
};

struct MessageQuery {
  int limit = 50;
  std::string position;
  // Only rows changed after this counter value, in order of change; otherwise newest receipt first.
  std::optional<std::int64_t> changed_since;
  std::vector<v1::MessageFamily> families;
  // Normalised words (see domain/text.h), all of which must occur.
  std::vector<std::string> words;
  std::optional<std::int64_t> received_from_ms;
  std::optional<std::int64_t> received_before_ms;
  bool unseen_only = false;
};

struct SignalQuery {
  int limit = 100;
  std::string position;
  std::optional<std::int64_t> changed_since;
  std::vector<v1::SignalState> states;
  std::vector<v1::MatchState> match_states;
  std::vector<std::string> signal_types;
  std::optional<v1::Law> law;
  std::string assignee_id;
  std::string ssin;
  // yyyymmdd, both included; signals whose reference period touches this one.
  std::optional<int> touching_from;
  std::optional<int> touching_to;
  // Normalised (domain/dossier_number.h).
  std::string dossier;
  std::string team;
  bool recalled_only = false;
  // Neither closed nor superseded.
  bool open_only = false;
};

// What a room keeps that has no table of its own: a small record under (organisation, kind, id).
struct Entry {
  // "notice", "signal.history": each room names its own, in its headers.
  std::string kind;
  std::string id;
  // By which its kind is listed: a time, a date as yyyymmdd, a number.
  std::int64_t sort = 0;
  // To be found by; kept as keyed hashes, and not read back. Empty: by none.
  std::string person;
  std::string subject;
  // A serialised message of proto/semafoor/v1; sealed.
  std::string body;
  // Of what was read: the change counter.
  std::int64_t changed = 0;
};

struct EntryQuery {
  int limit = 100;
  std::string position;
  std::optional<std::int64_t> changed_since;
  std::string person;
  std::string subject;
  // Both included.
  std::optional<std::int64_t> from;
  std::optional<std::int64_t> to;
  bool newest_first = true;
};

// A line of a monthly statement.
struct StatementLine {
  // Which statement, by new_statement_number(), and which line of it.
  std::int64_t statement = 0;
  std::int64_t line = 0;
  // yyyymm.
  int month = 0;
  // To be found by; kept as keyed hashes, and not read back.
  std::string person;
  // Normalised.
  std::string dossier;
  // Six digits.
  std::string article;
  // Serialised; sealed.
  std::string body;
};

struct StatementLineQuery {
  int limit = 100;
  std::string position;
  std::optional<std::int64_t> statement;
  std::string person;
  std::string dossier;
  std::string article;
  // yyyymm, both included.
  std::optional<int> month_from;
  std::optional<int> month_to;
};

struct FeedbackQuery {
  int limit = 100;
  std::string position;
  std::optional<std::int64_t> changed_since;
  std::vector<v1::FeedbackState> states;
  std::string signal_id;
};

// A stored message with what the gateway alone needs to know of it.
struct StoredMessage {
  v1::Message message;
  // Upstream JSON as received; unknown fields are kept verbatim.
  std::string upstream_json;
};

// What is left of a message that was removed: nothing of what it said.
struct RemovedMessage {
  std::string message_id;
  std::int64_t removed_ms = 0;
  // The rule by which it went: messages of this family, so many days after their receipt.
  v1::MessageFamily family = v1::MESSAGE_FAMILY_UNSPECIFIED;
  int keep_days = 0;
};

// Where an attachment's bytes come from.
struct AttachmentSource {
  std::string attachment_id;
  std::string message_id;
  std::string provider_attachment_id;
  // Lower-case hex; empty when the provider gave none.
  std::string expected_sha256;
};

// A piece of work with a lease (architecture, decision 7).
struct Task {
  std::int64_t id = 0;
  Org org;
  // "attachment.fetch", "feedback.send", ...; an unknown kind is parked, never discarded.
  std::string kind;
  // Unique per (org, kind): enqueueing the same key again while it lives does nothing.
  std::string key;
  std::string payload;
  std::int64_t not_before_ms = 0;
  int attempts = 0;
  // Grows with every claim; a completion with an older one is refused.
  std::int64_t fencing = 0;
  std::string last_problem;
};

struct Consumer {
  Org org;
  v1::Module module = v1::MODULE_UNSPECIFIED;
  std::string name;
  // Last acknowledged sequence.
  std::int64_t acknowledged = 0;
  std::string holder;
  std::int64_t lease_until_ms = 0;
  std::int64_t seen_ms = 0;
};

// What arrived from an upstream mailbox, as it came.
struct InboxItem {
  std::string source;
  std::string id;
  std::string raw;
  // "processed", "duplicate", "quarantined"; "unread": kept as it came, before it was looked into.
  std::string outcome;
  std::string problem;
};

// The key of an organisation's data, sealed under the root key.
struct WrappedKey {
  Org org;
  // Empty: it was taken away.
  std::string wrapped;
  std::int64_t erased_ms = 0;
};

// Tasks of one kind that wait or are being worked on.
struct TaskCount {
  std::string kind;
  std::int64_t count = 0;
};

struct Counters {
  std::int64_t messages = 0;
  std::int64_t attachments_stored = 0;
  std::int64_t attachments_pending = 0;
  std::int64_t attachments_failed = 0;
  std::int64_t signals_open = 0;
  std::int64_t signals_total = 0;
  std::int64_t feedback_queued = 0;
  std::int64_t feedback_sent = 0;
  std::int64_t feedback_accepted = 0;
  std::int64_t feedback_refused = 0;
  std::int64_t feedback_unknown = 0;
  std::int64_t feedback_dead = 0;
  std::int64_t feedback_unjudged = 0;
  std::int64_t duplicates_suppressed = 0;
};

}  // namespace semafoor::store
