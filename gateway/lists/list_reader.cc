// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/list_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "gateway/domain/hex.h"
#include "gateway/duties/duty_log.h"
#include "gateway/lists/blob_source.h"
#include "gateway/lists/entries.h"
#include "gateway/lists/forget.h"
#include "gateway/lists/list_kind.h"
#include "gateway/lists/reading.h"

namespace semafoor::lists {
namespace {

constexpr char kTried[] = "Reading lists";

duties::FollowerOptions follower_options() {
  duties::FollowerOptions options;
  options.name = kReadDuty;
  options.module = v1::MODULE_EBOX;
  options.types = {"message.stored", "attachment.stored", "message.removed"};
  return options;
}

bool is_stored_list(const v1::Message& message, const v1::Attachment& attachment) {
  return kind_of(message.family()) != ListKind::none &&
         attachment.state() == v1::ATTACHMENT_STATE_STORED;
}

std::vector<v1::MessageFamily> families_of_lists() {
  std::vector<v1::MessageFamily> families;
  for (int number = v1::MessageFamily_MIN; number <= v1::MessageFamily_MAX; ++number)
    if (v1::MessageFamily_IsValid(number) &&
        kind_of(static_cast<v1::MessageFamily>(number)) != ListKind::none)
      families.push_back(static_cast<v1::MessageFamily>(number));
  return families;
}

Error unknown_reading(const std::string& id) {
  return Error{.kind = ErrorKind::not_found,
               .code = "lists.reading_unknown",
               .message = "Looked for the reading " + id +
                          ": no document of this organisation was read under it. Use the ids of "
                          "ListReadings."};
}

// Nothing: there is nothing to read.
Result<std::optional<DocumentFacts>> facts_of(store::Reader& reader, const store::Org& org,
                                              const std::string& message_id,
                                              const std::string& attachment_id) {
  const auto none = [] { return std::optional<DocumentFacts>(); };
  auto organisation = reader.organisation(org);
  if (!organisation) return organisation.error();
  auto stored = reader.message(org, message_id);
  if (!stored) return stored.error();
  if (!*organisation || !*stored) return none();
  DocumentFacts facts;
  facts.org = org;
  facts.nis_codes = {(*organisation)->nis_codes().begin(), (*organisation)->nis_codes().end()};
  facts.message = std::move((*stored)->message);
  for (const v1::Attachment& one : facts.message.attachments())
    if (one.attachment_id() == attachment_id) facts.attachment = one;
  if (!is_stored_list(facts.message, facts.attachment)) return none();
  return std::optional(std::move(facts));
}

}  // namespace

ListReader::ListReader(store::Store& store, duties::Clock& clock,
                       std::shared_ptr<const Rules> rules, ReaderOptions options)
    : store_(store),
      clock_(clock),
      options_(std::move(options)),
      rules_(std::move(rules)),
      follower_(
          store, clock, follower_options(),
          [this](const store::Org& org, const std::vector<v1::Event>& events,
                 const std::stop_token& stop) { return handle(org, events, stop); },
          [this](const store::Org& org, const std::stop_token& stop) {
            return rebuild(org, stop);
          }) {}

Result<std::optional<v1::ListReading>> ListReader::read(const store::Org& org,
                                                        const std::string& message_id,
                                                        const std::string& attachment_id) {
  return read_one(org, message_id, attachment_id, domain::act_of_gateway(), false);
}

Result<std::optional<v1::ListReading>> ListReader::read_one(const store::Org& org,
                                                            const std::string& message_id,
                                                            const std::string& attachment_id,
                                                            const domain::Act& act, bool again) {
  std::optional<v1::ListReading> reading;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    reading.reset();
    auto facts = facts_of(tx, org, message_id, attachment_id);
    if (!facts) return facts.error();
    if (!*facts) return {};
    (*facts)->now_ms = clock_.now_ms();
    auto before = find<v1::ListReading>(tx, org, kReadingEntry, attachment_id);
    if (!before) return before.error();
    if (*before && !again && (*before)->sha256() == (*facts)->attachment.sha256()) return {};
    auto source = source_of(org, (*facts)->attachment);
    if (!source) return source.error();
    auto rules = rules_.at(tx, (*facts)->now_ms);
    if (!rules) return rules.error();
    auto done = read_into(tx, {.facts = **facts,
                               .source = **source,
                               .rules = **rules,
                               .sink = options_.sink,
                               .act = act,
                               .before = *before ? &**before : nullptr});
    if (!done) return done.error();
    reading = std::move(*done);
    return {};
  });
  if (!stored) return stored.error();
  if (reading && options_.read) options_.read(*reading);
  return reading;
}

// Bytes that are gone or damaged are what becomes of the document; a disk that fails is not.
Result<std::unique_ptr<documents::Source>> ListReader::source_of(const store::Org& org,
                                                                 const v1::Attachment& attachment) {
  auto blob = store_.blobs().open(org, domain::to_hex(attachment.sha256()));
  if (blob)
    return std::unique_ptr<documents::Source>(std::make_unique<BlobSource>(std::move(*blob)));
  if (blob.error().retryable) return blob.error();
  return std::unique_ptr<documents::Source>(std::make_unique<LostSource>(blob.error()));
}

Result<void> ListReader::look_at(const store::Org& org, const v1::Message& message,
                                 const std::stop_token& stop) {
  for (const v1::Attachment& attachment : message.attachments()) {
    if (!is_stored_list(message, attachment)) continue;
    if (stop.stop_requested()) return duties::stopped_error(kTried);
    bool known = false;
    auto looked = store_.read([&](store::Reader& reader) -> Result<void> {
      auto before = find<v1::ListReading>(reader, org, kReadingEntry, attachment.attachment_id());
      if (!before) return before.error();
      known = *before && (*before)->sha256() == attachment.sha256();
      return {};
    });
    if (!looked) return looked;
    if (known) continue;
    if (auto done = read(org, message.message_id(), attachment.attachment_id()); !done)
      return done.error();
  }
  return {};
}

Result<void> ListReader::handle(const store::Org& org, const std::vector<v1::Event>& events,
                                const std::stop_token& stop) {
  // Several attachments of one message come as several events.
  std::set<std::string> seen;
  for (const v1::Event& event : events) {
    const std::string& id = event.subject_id();
    if (event.type() == "message.removed") {
      if (auto gone = forget(org, id); !gone) return gone;
      continue;
    }
    if (!seen.insert(id).second) continue;
    std::optional<v1::Message> message;
    auto found = store_.read([&](store::Reader& reader) -> Result<void> {
      auto stored = reader.message(org, id);
      if (!stored) return stored.error();
      if (*stored) message = std::move((*stored)->message);
      return {};
    });
    if (!found) return found;
    if (!message) continue;
    if (auto done = look_at(org, *message, stop); !done) return done;
  }
  return {};
}

Result<void> ListReader::rebuild(const store::Org& org, const std::stop_token& stop) {
  if (auto done = forget_removed(org, stop); !done) return done;
  store::MessageQuery query;
  query.limit = 100;
  query.families = families_of_lists();
  std::vector<v1::Message> messages;
  do {
    auto read = store_.read([&](store::Reader& reader) -> Result<void> {
      auto page = reader.messages(org, query);
      if (!page) return page.error();
      messages = std::move(page->items);
      query.position = std::move(page->position);
      return {};
    });
    if (!read) return read;
    for (const v1::Message& message : messages)
      if (auto done = look_at(org, message, stop); !done) return done;
  } while (!query.position.empty());
  return {};
}

// Readings of messages that went without this room hearing of it.
Result<void> ListReader::forget_removed(const store::Org& org, const std::stop_token& stop) {
  std::set<std::string> gone;
  store::EntryQuery query;
  query.limit = 500;
  do {
    auto read = store_.read([&](store::Reader& reader) -> Result<void> {
      auto page = reader.entries(org, kReadingEntry, query);
      if (!page) return page.error();
      for (const store::Entry& entry : page->items) {
        auto reading = record_of<v1::ListReading>(entry);
        if (!reading) return reading.error();
        auto message = reader.message(org, reading->message_id());
        if (!message) return message.error();
        if (!*message) gone.insert(reading->message_id());
      }
      query.position = std::move(page->position);
      return {};
    });
    if (!read) return read;
  } while (!query.position.empty() && !stop.stop_requested());
  for (const std::string& id : gone)
    if (auto done = forget(org, id); !done) return done;
  return {};
}

Result<void> ListReader::forget(const store::Org& org, const std::string& message_id) {
  return store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto forgotten = forget_message(tx, org, message_id);
    if (!forgotten) return forgotten.error();
    if (*forgotten == 0) return {};
    domain::Act act = domain::act_of_gateway();
    act.reason = "its message was removed";
    return tx.append_audit(org, {.what = "list.remove",
                                 .act = std::move(act),
                                 .subject_kind = "message",
                                 .subject_id = message_id,
                                 .persons = {},
                                 .result = {},
                                 .upstream_ticket = {},
                                 .count = 1,
                                 .detail = std::to_string(*forgotten) + " documents"});
  });
}

Result<std::vector<v1::ListReading>> ListReader::again(const store::Org& org,
                                                       const std::vector<std::string>& reading_ids,
                                                       const domain::Act& act) {
  std::vector<v1::ListReading> readings;
  const auto looked = store_.read([&](store::Reader& reader) -> Result<void> {
    for (const std::string& id : reading_ids) {
      auto before = find<v1::ListReading>(reader, org, kReadingEntry, id);
      if (!before) return before.error();
      if (!*before) return unknown_reading(id);
      readings.push_back(std::move(**before));
    }
    return {};
  });
  if (!looked) return looked.error();
  if (options_.load_rules) {
    auto loaded = options_.load_rules();
    if (!loaded) return loaded.error();
    rules_.replace(std::move(*loaded));
  }
  for (v1::ListReading& reading : readings) {
    auto done = read_one(org, reading.message_id(), reading.attachment_id(), act, true);
    if (!done) return done.error();
    // Its message went meanwhile.
    if (*done) reading = std::move(**done);
  }
  return readings;
}

}  // namespace semafoor::lists
