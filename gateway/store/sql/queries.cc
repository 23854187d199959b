// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sql/queries.h"

#include "gateway/store/sha256.h"
#include "gateway/store/sql/listing.h"

namespace semafoor::store::sql {
namespace {

constexpr std::string_view kMessages = "messages";

}  // namespace

template <typename Base>
DataKey Queries<Base>::key_of(const Org& org) {
  const auto known = known_keys_.find(org);
  if (known != known_keys_.end()) return known->second;
  DataKey key = data_keys_.of(database_, org);
  if (key != nullptr) known_keys_.emplace(org, key);
  return key;
}

template <typename Base>
std::string Queries<Base>::opened(const Org& org, std::string_view table, std::string_view column) {
  return content_of(is_sealed(column) ? key_of(org) : nullptr, context_of(table, org), column);
}

template <typename Base>
Result<std::vector<v1::Organisation>> Queries<Base>::organisations() {
  return attempt("list the organisations", [&]() -> Result<std::vector<v1::Organisation>> {
    std::vector<v1::Organisation> all;
    auto query = database_.query("SELECT body FROM organisations ORDER BY org");
    while (query.row()) all.push_back(parsed<v1::Organisation>(query.bytes_at(0)));
    return all;
  });
}

template <typename Base>
Result<std::optional<v1::Organisation>> Queries<Base>::organisation(const Org& org) {
  return attempt("read an organisation", [&]() -> Result<std::optional<v1::Organisation>> {
    enter(org);
    auto query = database_.query("SELECT body FROM organisations WHERE org = ?");
    query.text(org);
    if (!query.row()) return std::optional<v1::Organisation>();
    return std::optional(parsed<v1::Organisation>(query.bytes_at(0)));
  });
}

template <typename Base>
Result<std::optional<StoredMessage>> Queries<Base>::message(const Org& org, const std::string& id) {
  return attempt("read a message", [&]() -> Result<std::optional<StoredMessage>> {
    enter(org);
    auto query =
        database_.query("SELECT body, upstream_json FROM messages WHERE org = ? AND id = ?");
    query.text(org).text(id);
    return first_message(org, query);
  });
}

template <typename Base>
Result<std::optional<StoredMessage>> Queries<Base>::message_by_upstream(
    const Org& org, const std::string& provider, const std::string& provider_message_id) {
  return attempt("find a message by its provider's id",
                 [&]() -> Result<std::optional<StoredMessage>> {
                   enter(org);
                   auto query = database_.query(
                       "SELECT body, upstream_json FROM messages WHERE org = ? AND provider = ? "
                       "AND provider_message_id = ?");
                   query.text(org).text(provider).text(provider_message_id);
                   return first_message(org, query);
                 });
}

template <typename Base>
std::optional<StoredMessage> Queries<Base>::first_message(const Org& org, Query& query) {
  if (!query.row()) return std::nullopt;
  return StoredMessage{record<v1::Message>(org, kMessages, query.bytes_at(0)),
                       opened(org, kMessages, query.bytes_at(1))};
}

template <typename Base>
Result<Page<v1::Message>> Queries<Base>::messages(const Org& org, const MessageQuery& query) {
  return attempt("list messages", [&] {
    enter(org);
    Listing listing("messages", "received_ms", "id", true, org);
    listing.where_one_of("t.family", query.families);
    for (const std::string& word : query.words) {
      listing.where(
          "t.number IN (SELECT m.message FROM word_prefixes p JOIN message_words m ON m.org = "
          "p.org AND m.word = p.word WHERE p.org = ? AND p.prefix = ?)",
          {org, Bytes{index_.query_hash(org, word)}});
    }
    if (query.received_from_ms) listing.where("t.received_ms >= ?", {*query.received_from_ms});
    if (query.received_before_ms) listing.where("t.received_ms < ?", {*query.received_before_ms});
    if (query.unseen_only) listing.where("t.seen = 0", {});
    return listing.read<v1::Message>(database_, query.limit, query.position, query.changed_since,
                                     opener(org, "messages"));
  });
}

template <typename Base>
Result<std::optional<AttachmentSource>> Queries<Base>::attachment_source(
    const Org& org, const std::string& attachment_id) {
  return attempt("read where an attachment comes from",
                 [&]() -> Result<std::optional<AttachmentSource>> {
                   enter(org);
                   auto query = database_.query(
                       "SELECT message_id, provider_attachment_id, expected_sha256 FROM "
                       "attachment_sources WHERE org = ? AND id = ?");
                   query.text(org).text(attachment_id);
                   if (!query.row()) return std::optional<AttachmentSource>();
                   return std::optional(AttachmentSource{attachment_id, query.string_at(0),
                                                         query.string_at(1), query.string_at(2)});
                 });
}

template <typename Base>
Result<std::vector<AttachmentSource>> Queries<Base>::unstored_attachments(const Org& org,
                                                                          const std::string& after,
                                                                          int max) {
  return attempt("list what is not stored", [&]() -> Result<std::vector<AttachmentSource>> {
    enter(org);
    // The states are named, not the one excluded: an index holds them.
    auto query = database_.query(
        "SELECT a.id, s.message_id, s.provider_attachment_id, s.expected_sha256 FROM attachments a "
        "JOIN attachment_sources s ON s.org = a.org AND s.id = a.id WHERE a.org = ? AND a.state IN "
        "(?, ?, ?) AND a.id > ? ORDER BY a.id LIMIT ?");
    query.text(org)
        .number(v1::ATTACHMENT_STATE_PENDING)
        .number(v1::ATTACHMENT_STATE_FAILED)
        .number(v1::ATTACHMENT_STATE_HELD_BACK)
        .text(after)
        .number(max);
    std::vector<AttachmentSource> found;
    while (query.row())
      found.push_back(
          {query.string_at(0), query.string_at(1), query.string_at(2), query.string_at(3)});
    return found;
  });
}

template <typename Base>
Result<bool> Queries<Base>::blob_referenced(const Org& org, const std::string& name) {
  return attempt("look for who needs stored bytes", [&]() -> Result<bool> {
    enter(org);
    auto query = database_.query("SELECT 1 FROM attachments WHERE org = ? AND sha256 = ? LIMIT 1");
    const std::string digest = digest_bytes(name);
    query.text(org).blob(digest);
    return query.row();
  });
}

template <typename Base>
Result<std::optional<v1::Signal>> Queries<Base>::signal(const Org& org, const std::string& id) {
  return attempt("read a signal", [&]() -> Result<std::optional<v1::Signal>> {
    enter(org);
    auto query = database_.query("SELECT body FROM signals WHERE org = ? AND id = ?");
    query.text(org).text(id);
    return this->template first<v1::Signal>(org, "signals", query);
  });
}

template <typename Base>
Result<std::optional<v1::Signal>> Queries<Base>::signal_by_key(const Org& org,
                                                               const std::string& key) {
  return attempt("find a signal by its natural key", [&]() -> Result<std::optional<v1::Signal>> {
    enter(org);
    auto query = database_.query("SELECT body FROM signals WHERE org = ? AND key_hash = ?");
    const std::string hash = index_.hash("signal", org, key);
    query.text(org).blob(hash);
    return this->template first<v1::Signal>(org, "signals", query);
  });
}

template <typename Base>
Result<std::optional<v1::Signal>> Queries<Base>::signal_by_reference(const Org& org,
                                                                     const std::string& reference) {
  return attempt("find a signal by its reference", [&]() -> Result<std::optional<v1::Signal>> {
    enter(org);
    // Many signals may have none.
    if (reference.empty()) return std::optional<v1::Signal>();
    auto query = database_.query("SELECT body FROM signals WHERE org = ? AND reference = ?");
    query.text(org).text(reference);
    return this->template first<v1::Signal>(org, "signals", query);
  });
}

template <typename Base>
Result<Page<v1::Signal>> Queries<Base>::signals(const Org& org, const SignalQuery& query) {
  return attempt("list signals", [&] {
    enter(org);
    Listing listing("signals", "received_ms", "id", true, org);
    listing.where_one_of("t.state", query.states);
    listing.where_one_of("t.match_state", query.match_states);
    listing.where_one_of("t.type", query.signal_types);
    if (query.law) listing.where("t.law = ?", {static_cast<std::int64_t>(*query.law)});
    if (!query.assignee_id.empty()) listing.where("t.assignee = ?", {query.assignee_id});
    if (!query.ssin.empty())
      listing.where("t.person_hash = ?", {Bytes{index_.hash("person", org, query.ssin)}});
    if (query.touching_from)
      listing.where("(t.period_to = 0 OR t.period_to >= ?)", {std::int64_t{*query.touching_from}});
    if (query.touching_to) listing.where("t.period_from <= ?", {std::int64_t{*query.touching_to}});
    if (!query.dossier.empty())
      listing.where("t.dossier_hash = ?", {Bytes{index_.hash("dossier", org, query.dossier)}});
    if (!query.team.empty()) listing.where("t.team = ?", {query.team});
    if (query.recalled_only) listing.where("t.recalls > 0", {});
    if (query.open_only)
      listing.where("t.state NOT IN (?, ?)", {std::int64_t{v1::SIGNAL_STATE_CLOSED},
                                              std::int64_t{v1::SIGNAL_STATE_SUPERSEDED}});
    return listing.read<v1::Signal>(database_, query.limit, query.position, query.changed_since,
                                    opener(org, "signals"));
  });
}

template <typename Base>
Result<std::optional<std::int64_t>> Queries<Base>::oldest_open_signal_ms(const Org& org) {
  return attempt("look for the oldest open signal", [&]() -> Result<std::optional<std::int64_t>> {
    enter(org);
    auto query = database_.query(
        "SELECT min(received_ms) FROM signals WHERE org = ? AND state NOT IN (?, ?)");
    query.text(org).number(v1::SIGNAL_STATE_CLOSED).number(v1::SIGNAL_STATE_SUPERSEDED);
    if (!query.row() || query.null_at(0)) return std::optional<std::int64_t>();
    return std::optional(query.number_at(0));
  });
}

template <typename Base>
Result<std::optional<v1::FeedbackItem>> Queries<Base>::feedback(const Org& org,
                                                                const std::string& client_id) {
  return attempt("read an answer", [&]() -> Result<std::optional<v1::FeedbackItem>> {
    enter(org);
    auto query = database_.query("SELECT body FROM feedback WHERE org = ? AND client_id = ?");
    query.text(org).text(client_id);
    return this->template first<v1::FeedbackItem>(org, "feedback", query);
  });
}

template <typename Base>
Result<std::optional<v1::FeedbackItem>> Queries<Base>::feedback_by_reference(
    const Org& org, const std::string& client_reference) {
  return attempt("read an answer", [&]() -> Result<std::optional<v1::FeedbackItem>> {
    enter(org);
    auto query =
        database_.query("SELECT body FROM feedback WHERE org = ? AND client_reference = ?");
    query.text(org).text(client_reference);
    return this->template first<v1::FeedbackItem>(org, "feedback", query);
  });
}

template <typename Base>
Result<Page<v1::FeedbackItem>> Queries<Base>::feedback_items(const Org& org,
                                                             const FeedbackQuery& query) {
  return attempt("list answers", [&] {
    enter(org);
    Listing listing("feedback", "submitted_ms", "client_id", true, org);
    listing.where_one_of("t.state", query.states);
    if (!query.signal_id.empty()) listing.where("t.signal_id = ?", {query.signal_id});
    return listing.read<v1::FeedbackItem>(database_, query.limit, query.position,
                                          query.changed_since, opener(org, "feedback"));
  });
}

template <typename Base>
Result<std::vector<v1::Event>> Queries<Base>::events(const Org& org, v1::Module module,
                                                     std::int64_t after, int max) {
  return attempt("read events", [&]() -> Result<std::vector<v1::Event>> {
    enter(org);
    std::int64_t reaches_back_to = 0;
    {
      auto pruned = database_.query("SELECT up_to FROM events_pruned WHERE org = ? AND module = ?");
      pruned.text(org).number(module);
      if (pruned.row()) reaches_back_to = pruned.number_at(0);
    }
    // A consumer that was dropped begins at 0, as a new one does: both missed what was pruned. One
    // ahead of the log has seen events that a restored backup does not hold.
    auto last = this->last_sequence(org);
    if (!last) return std::move(last).error();
    if (after < reaches_back_to || after > *last) {
      return Error{.kind = ErrorKind::out_of_range,
                   .code = "events.cursor_expired",
                   .message = "Read events after " + std::to_string(after) +
                              ": the log holds those after " + std::to_string(reaches_back_to) +
                              " up to " + std::to_string(*last) +
                              ". Rebuild from the list calls, then start anew.",
                   .abi_status = 108};
    }
    std::vector<v1::Event> found;
    auto query = database_.query(
        "SELECT body FROM events WHERE org = ? AND module = ? AND sequence > ? ORDER BY sequence "
        "LIMIT ?");
    query.text(org).number(module).number(after).number(max);
    while (query.row()) found.push_back(parsed<v1::Event>(query.bytes_at(0)));
    return found;
  });
}

template <typename Base>
Result<std::int64_t> Queries<Base>::last_sequence(const Org& org) {
  return attempt("read the last event's number", [&]() -> Result<std::int64_t> {
    enter(org);
    auto query = database_.query("SELECT events FROM sequences WHERE org = ?");
    query.text(org);
    return query.row() ? query.number_at(0) : std::int64_t{0};
  });
}

template <typename Base>
Result<std::optional<Consumer>> Queries<Base>::consumer(const Org& org, v1::Module module,
                                                        const std::string& name) {
  return attempt("read a consumer", [&]() -> Result<std::optional<Consumer>> {
    enter(org);
    auto query = database_.query(
        "SELECT acknowledged, holder, lease_until_ms, seen_ms FROM consumers WHERE org = ? AND "
        "module = ? AND name = ?");
    query.text(org).number(module).text(name);
    if (!query.row()) return std::optional<Consumer>();
    return std::optional(Consumer{.org = org,
                                  .module = module,
                                  .name = name,
                                  .acknowledged = query.number_at(0),
                                  .holder = query.string_at(1),
                                  .lease_until_ms = query.number_at(2),
                                  .seen_ms = query.number_at(3)});
  });
}

template <typename Base>
Result<std::optional<v1::Operation>> Queries<Base>::operation(const Org& org,
                                                              const std::string& id) {
  return attempt("read an operation", [&]() -> Result<std::optional<v1::Operation>> {
    enter(org);
    auto query = database_.query("SELECT body FROM operations WHERE org = ? AND id = ?");
    query.text(org).text(id);
    return this->template first<v1::Operation>(org, "operations", query);
  });
}

template <typename Base>
Result<std::optional<v1::Operation>> Queries<Base>::running_operation(const Org& org,
                                                                      const std::string& kind) {
  return attempt("find a running operation", [&]() -> Result<std::optional<v1::Operation>> {
    enter(org);
    auto query =
        database_.query("SELECT body FROM operations WHERE org = ? AND kind = ? AND running = 1");
    query.text(org).text(kind);
    return this->template first<v1::Operation>(org, "operations", query);
  });
}

template <typename Base>
Result<std::vector<v1::DutyStatus>> Queries<Base>::duties(const Org& org) {
  return attempt("read the duties", [&]() -> Result<std::vector<v1::DutyStatus>> {
    enter(org);
    std::vector<v1::DutyStatus> all;
    auto query = database_.query("SELECT body FROM duties WHERE org = ? ORDER BY name");
    query.text(org);
    while (query.row()) all.push_back(parsed<v1::DutyStatus>(query.bytes_at(0)));
    return all;
  });
}

template <typename Base>
Result<std::optional<std::string>> Queries<Base>::cursor(const Org& org, const std::string& name) {
  return attempt("read a cursor", [&]() -> Result<std::optional<std::string>> {
    enter(org);
    auto query = database_.query("SELECT value FROM cursors WHERE org = ? AND name = ?");
    query.text(org).text(name);
    if (!query.row()) return std::optional<std::string>();
    return std::optional(query.string_at(0));
  });
}

template <typename Base>
Result<std::vector<InboxItem>> Queries<Base>::inbox(const Org& org, const std::string& source,
                                                    const std::string& outcome, int max) {
  return attempt("read what arrived", [&]() -> Result<std::vector<InboxItem>> {
    enter(org);
    auto query = database_.query(
        "SELECT id, raw, problem FROM inbox WHERE org = ? AND source = ? AND outcome = ? ORDER BY "
        "time_ms, id LIMIT ?");
    query.text(org).text(source).text(outcome).number(max);
    std::vector<InboxItem> found;
    while (query.row()) {
      found.push_back({.source = source,
                       .id = query.string_at(0),
                       .raw = opened(org, "inbox", query.bytes_at(1)),
                       .outcome = outcome,
                       .problem = query.string_at(2)});
    }
    return found;
  });
}

template <typename Base>
Result<Counters> Queries<Base>::counters(const Org& org) {
  return attempt("count", [&]() -> Result<Counters> {
    enter(org);
    Counters counters;
    const auto count = [&](const char* sql, auto&& take) {
      auto query = database_.query(sql);
      query.text(org);
      while (query.row()) take(query.number_at(0), query.number_at(1));
    };
    count("SELECT 0, count(*) FROM messages WHERE org = ?",
          [&](auto, auto n) { counters.messages = n; });
    count("SELECT state, count(*) FROM attachments WHERE org = ? GROUP BY state",
          [&](auto state, auto n) {
            if (state == v1::ATTACHMENT_STATE_STORED) counters.attachments_stored = n;
            if (state == v1::ATTACHMENT_STATE_PENDING) counters.attachments_pending = n;
            if (state == v1::ATTACHMENT_STATE_FAILED) counters.attachments_failed = n;
          });
    count("SELECT state, count(*) FROM signals WHERE org = ? GROUP BY state",
          [&](auto state, auto n) {
            counters.signals_total += n;
            if (state != v1::SIGNAL_STATE_CLOSED && state != v1::SIGNAL_STATE_SUPERSEDED)
              counters.signals_open += n;
          });
    count("SELECT state, count(*) FROM feedback WHERE org = ? GROUP BY state",
          [&](auto state, auto n) {
            switch (state) {
              case v1::FEEDBACK_STATE_QUEUED:
                counters.feedback_queued += n;
                break;
              case v1::FEEDBACK_STATE_SENDING:
                counters.feedback_queued += n;
                break;
              case v1::FEEDBACK_STATE_SENT:
                counters.feedback_sent += n;
                break;
              case v1::FEEDBACK_STATE_UNJUDGED:
                counters.feedback_unjudged += n;
                break;
              case v1::FEEDBACK_STATE_ACCEPTED:
                counters.feedback_accepted += n;
                break;
              case v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED:
                counters.feedback_accepted += n;
                break;
              case v1::FEEDBACK_STATE_REFUSED:
                counters.feedback_refused += n;
                break;
              case v1::FEEDBACK_STATE_OUTCOME_UNKNOWN:
                counters.feedback_unknown += n;
                break;
              case v1::FEEDBACK_STATE_DEAD_LETTER:
                counters.feedback_dead += n;
                break;
              default:
                break;
            }
          });
    count("SELECT 0, duplicates FROM sequences WHERE org = ?",
          [&](auto, auto n) { counters.duplicates_suppressed = n; });
    return counters;
  });
}

template <typename Base>
Result<std::map<std::string, std::int64_t>> Queries<Base>::pending_attachments(const Org& org) {
  return attempt("count what is pending", [&]() -> Result<std::map<std::string, std::int64_t>> {
    enter(org);
    std::map<std::string, std::int64_t> pending;
    auto query = database_.query(
        "SELECT m.provider, count(*) FROM attachments a"
        " JOIN attachment_sources s ON s.org = a.org AND s.id = a.id"
        " JOIN messages m ON m.org = s.org AND m.id = s.message_id"
        " WHERE a.org = ? AND a.state = ? GROUP BY m.provider");
    query.text(org).number(v1::ATTACHMENT_STATE_PENDING);
    while (query.row()) pending[query.string_at(0)] = query.number_at(1);
    return pending;
  });
}

template <typename Base>
Result<std::vector<TaskCount>> Queries<Base>::task_counts(const Org& org) {
  return attempt("count the tasks", [&]() -> Result<std::vector<TaskCount>> {
    enter(org);
    std::vector<TaskCount> all;
    auto query = database_.query(
        "SELECT kind, count(*) FROM tasks WHERE org = ? GROUP BY kind ORDER BY kind");
    query.text(org);
    while (query.row()) all.push_back({std::string(query.bytes_at(0)), query.number_at(1)});
    return all;
  });
}

template <typename Base>
Result<std::vector<WrappedKey>> Queries<Base>::wrapped_keys() {
  return attempt("list the organisations' keys", [&]() -> Result<std::vector<WrappedKey>> {
    std::vector<WrappedKey> all;
    auto query = database_.query("SELECT org, wrapped, erased_ms FROM data_keys ORDER BY org");
    while (query.row()) all.push_back({query.string_at(0), query.string_at(1), query.number_at(2)});
    return all;
  });
}

template class Queries<Reader>;
template class Queries<Transaction>;

}  // namespace semafoor::store::sql
