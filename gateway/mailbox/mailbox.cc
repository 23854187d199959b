// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/mailbox.h"

#include <optional>
#include <utility>

#include "gateway/mailbox/digest.h"
#include "gateway/mailbox/other_types.h"

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
  if (!*message) return unknown_message();
  return std::move(**message);
}

std::string why_not_stored(const v1::Attachment& attachment) {
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

}  // namespace

Mailbox::Mailbox(store::Store& store, const Families& families,
                 std::function<std::int64_t()> now_ms)
    : store_(store), families_(families), now_ms_(std::move(now_ms)) {}

Result<store::Page<v1::Message>> Mailbox::list(const store::Org& org,
                                               const store::MessageQuery& query) {
  store::Page<v1::Message> page;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto found = reader.messages(org, query);
    if (!found) return found.error();
    page = std::move(*found);
    return {};
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
    return {};
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
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "attachment.not_stored",
                   .message = "Opening an attachment: " + why_not_stored(attachment) + ".",
                   .retryable = attachment.state() != v1::ATTACHMENT_STATE_HELD_BACK};
    }
    auto reader = store_.blobs().open(org, to_hex(attachment.sha256()));
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
                                                    const v1::Actor& actor) {
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
    }
    return {};
  });
  if (!stored) return stored.error();
  return messages;
}

Result<std::vector<v1::Family>> Mailbox::families(const store::Org& org) {
  std::optional<std::string> others;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto text = reader.cursor(org, kOtherTypes);
    if (!text) return text.error();
    others = std::move(*text);
    return {};
  });
  if (!read) return read.error();
  auto all = families_.all();
  for (auto& family : parse_other_types(others.value_or(""))) all.push_back(std::move(family));
  return all;
}

}  // namespace semafoor::mailbox
