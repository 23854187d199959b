// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/mailbox.h"

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/domain/hex.h"
#include "gateway/mailbox/held_content.h"
#include "gateway/mailbox/other_types.h"
#include "gateway/mailbox/providers.h"
#include "gateway/mailbox/removed.h"

namespace semafoor::mailbox {
namespace {

Error unknown_message() {
  return Error{.kind = ErrorKind::not_found,
               .code = "mailbox.message_unknown",
               .message =
                   "Looking up a message by its id: this organisation has none of that id. "
                   "Take one of ListMessages.",
               .field = "messageId"};
}

Result<store::StoredMessage> load(store::Reader& reader, const store::Org& org,
                                  const std::string& id) {
  auto message = reader.message(org, id);
  if (!message) return message.error();
  if (*message) return std::move(**message);
  auto removed = reader.removed_message(org, id);
  if (!removed) return removed.error();
  if (!*removed) return unknown_message();
  auto error = removed_by_retention("Looking up a message by its id", **removed);
  error.field = "messageId";
  return error;
}

// Between two looks of one who waits for what is being fetched.
constexpr std::int64_t kSoon = 250;

std::string why_not_stored(const v1::Attachment& attachment, bool wanted) {
  if (wanted) return "it is being fetched now, because it was opened. Ask again in a moment";
  switch (attachment.state()) {
    case v1::ATTACHMENT_STATE_HELD_BACK:
      return "it is held back by policy, because fetching it marks the message read for the whole "
             "organisation. Ask the administrator to fetch this family";
    case v1::ATTACHMENT_STATE_FAILED:
      return "it could not be fetched (" + attachment.problem() + "). It is tried again; ask later";
    default:
      return "it is still to be fetched. Ask again after the event attachment.stored";
  }
}

// Where the names are that each provider gives its own message types.
Result<std::vector<std::string>> names_of_other_types(store::Reader& reader,
                                                      const store::Org& org) {
  std::vector<std::string> names{kOtherTypes};
  auto text = reader.cursor(org, kKeptRegistry);
  if (!text) return text.error();
  if (!*text) return names;
  if (const auto kept = upstream::registry::read_kept(**text)) {
    for (const auto& one : kept->registry.providers) {
      names.push_back(other_types_name(one.id, ""));
    }
  }
  return names;
}

}  // namespace

Mailbox::Mailbox(store::Store& store, const Families& families,
                 std::function<std::int64_t()> now_ms, ReadDefaults read, Queued queued)
    : store_(store),
      families_(families),
      now_ms_(std::move(now_ms)),
      read_(std::move(read)),
      queued_(std::move(queued)) {}

Result<void> Mailbox::add_policy(store::Reader& reader, const store::Org& org,
                                 const std::vector<v1::Message*>& messages) {
  std::optional<v1::Organisation> organisation;
  for (auto* message : messages) {
    for (auto& attachment : *message->mutable_attachments()) {
      if (attachment.state() != v1::ATTACHMENT_STATE_HELD_BACK) continue;
      if (!organisation) {
        auto stored = reader.organisation(org);
        if (!stored) return stored.error();
        organisation = stored->value_or(v1::Organisation());
      }
      attachment.set_opening_fetches(
          read_policy(read_, *organisation, message->family()).policy() != v1::READ_POLICY_NEVER);
    }
  }
  return {};
}

Result<bool> Mailbox::wanted(const store::Org& org, const v1::Message& message,
                             const v1::Attachment& attachment) {
  const bool held = attachment.state() == v1::ATTACHMENT_STATE_HELD_BACK;
  if (!attachment.main_content() || (!held && attachment.state() != v1::ATTACHMENT_STATE_PENDING))
    return false;
  auto policy = v1::READ_POLICY_NEVER;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto found = policy_in(reader, org, read_, message.family());
    if (!found) return found.error();
    policy = *found;
    return {};
  });
  if (!read) return read.error();
  if (policy == v1::READ_POLICY_NEVER) return false;
  // What comes by itself is not waited for: there may be much of it.
  if (!held) return policy == v1::READ_POLICY_ON_OPENING;
  if (auto admitted = store_.headroom().admit_intake(); !admitted) return admitted.error();
  bool queued = false;
  auto promise = std::make_shared<std::promise<Result<void>>>();
  auto stored = promise->get_future();
  store_.write(
      [&](store::Transaction& tx) -> Result<void> {
        queued = false;
        auto present = load(tx, org, message.message_id());
        if (!present) return present.error();
        for (auto& one : *present->message.mutable_attachments()) {
          if (one.attachment_id() != attachment.attachment_id()) continue;
          auto done = queue_held(tx, org, message.provider_id(), one);
          if (!done) return done.error();
          queued = *done;
        }
        return queued ? tx.put_message(org, *present, "message.changed") : Result<void>();
      },
      [&, promise](const Result<void>& committed) {
        if (committed && queued && queued_) queued_(org, message.provider_id(), 1);
        promise->set_value(committed);
      });
  if (auto done = stored.get(); !done) return done.error();
  return true;
}

Result<store::Page<v1::Message>> Mailbox::list(const store::Org& org,
                                               const store::MessageQuery& query) {
  store::Page<v1::Message> page;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto found = reader.messages(org, query);
    if (!found) return found.error();
    page = std::move(*found);
    std::vector<v1::Message*> messages;
    for (auto& message : page.items) messages.push_back(&message);
    return add_policy(reader, org, messages);
  });
  if (!read) return read.error();
  return page;
}

Result<v1::Message> Mailbox::get(const store::Org& org, const std::string& message_id) {
  v1::Message message;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto found = load(reader, org, message_id);
    if (!found) return found.error();
    message = std::move(found->message);
    return add_policy(reader, org, {&message});
  });
  if (!read) return read.error();
  return message;
}

Result<OpenAttachment> Mailbox::open_attachment(const store::Org& org,
                                                const std::string& message_id,
                                                const std::string& attachment_id) {
  auto message = get(org, message_id);
  if (!message) return message.error();
  for (const auto& attachment : message->attachments()) {
    if (attachment.attachment_id() != attachment_id) continue;
    if (attachment.state() != v1::ATTACHMENT_STATE_STORED) {
      auto comes = wanted(org, *message, attachment);
      if (!comes) return comes.error();
      Error error{.kind = ErrorKind::failed_precondition,
                  .code = "attachment.not_stored",
                  .message = "Opening an attachment: " + why_not_stored(attachment, *comes) + ".",
                  .retryable = *comes || attachment.state() != v1::ATTACHMENT_STATE_HELD_BACK};
      if (*comes) error.retry_after_ms = kSoon;
      return error;
    }
    auto reader = store_.blobs().open(org, domain::to_hex(attachment.sha256()));
    if (!reader) return reader.error();
    return OpenAttachment{attachment, std::move(*reader)};
  }
  return Error{
      .kind = ErrorKind::not_found,
      .code = "mailbox.attachment_unknown",
      .message = "Opening an attachment: the message has none of that id. Read the message again.",
      .field = "attachmentId"};
}

Result<std::vector<v1::Message>> Mailbox::mark_seen(const store::Org& org,
                                                    const std::vector<std::string>& message_ids,
                                                    const v1::Actor& actor,
                                                    const domain::Act& act) {
  std::vector<v1::Message> messages;
  const auto stored = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    messages.clear();
    for (std::size_t i = 0; i < message_ids.size(); ++i) {
      auto found = load(tx, org, message_ids[i]);
      if (!found) {
        auto error = found.error();
        if (!error.field.empty()) error.field = "messageIds[" + std::to_string(i) + "]";
        return error;
      }
      if (!found->message.seen()) {
        found->message.set_seen(true);
        *found->message.mutable_seen_by() = actor;
        found->message.mutable_seen_at()->set_unix_ms(now_ms_());
        if (auto put = tx.put_message(org, *found, "message.changed"); !put) return put;
      }
      messages.push_back(std::move(found->message));
      if (auto noted = tx.append_audit(org, {.what = "message.seen",
                                             .act = act,
                                             .subject_kind = "message",
                                             .subject_id = message_ids[i]});
          !noted)
        return noted;
    }
    return {};
  });
  if (!stored) return stored.error();
  return messages;
}

Result<std::vector<v1::Family>> Mailbox::families(const store::Org& org) {
  std::vector<std::string> others;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto names = names_of_other_types(reader, org);
    if (!names) return names.error();
    for (const auto& name : *names) {
      auto text = reader.cursor(org, name);
      if (!text) return text.error();
      if (*text) others.push_back(std::move(**text));
    }
    return {};
  });
  if (!read) return read.error();
  auto all = families_.all();
  for (const auto& text : others) {
    for (auto& family : parse_other_types(text)) all.push_back(std::move(family));
  }
  return all;
}

}  // namespace semafoor::mailbox
