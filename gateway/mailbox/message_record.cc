// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/message_record.h"

#include <google/protobuf/util/message_differencer.h>

#include <map>
#include <utility>
#include <vector>

#include "gateway/domain/date.h"
#include "gateway/domain/uuid.h"
#include "gateway/mailbox/body_content.h"
#include "gateway/mailbox/held_content.h"

namespace semafoor::mailbox {
namespace {

using google::protobuf::util::MessageDifferencer;

// What the provider says of a message; what we say of it (family apart) is not touched.
void describe(v1::Message& message, const upstream::RemoteMessage& remote,
              const RecordRules& rules) {
  message.set_family(rules.families.family_of(remote.message_type_id));
  message.set_message_type_id(remote.message_type_id);
  *message.mutable_subject() = remote.subject;
  message.set_sender_organisation_id(remote.sender_organisation_id);
  if (auto name = rules.sender_name(remote.sender_organisation_id); name.ByteSizeLong() > 0) {
    *message.mutable_sender_name() = std::move(name);
  }
  message.mutable_received_at()->set_unix_ms(remote.receipt_ms);
  message.set_received_at_original(remote.receipt_date);
  if (const auto expires = domain::parse_date(remote.expiration_date)) {
    *message.mutable_expires_on() = *expires;
  } else {
    message.clear_expires_on();
  }
  message.set_registered_mail(remote.registered_mail);
  message.set_reply_authorised(remote.reply_authorised);
  // Read stays read: our own fetch of the main content made it so before the provider's next list
  // says it.
  message.set_read_upstream(message.read_upstream() || remote.read);
  message.clear_business_data();
  for (const auto& datum : remote.business_data) {
    auto& added = *message.add_business_data();
    added.set_key(datum.key);
    *added.mutable_name() = datum.name;
    added.mutable_values()->Assign(datum.values.begin(), datum.values.end());
  }
  message.set_gone_upstream(false);
}

Result<void> add_attachment(store::Transaction& tx, const store::Org& org, v1::Message& message,
                            const upstream::RemoteAttachment& remote, const RecordRules& rules,
                            Recorded& recorded) {
  auto& attachment = *message.add_attachments();
  attachment.set_attachment_id(domain::uuid_v7(rules.now_ms));
  attachment.set_title(remote.title);
  attachment.set_file_name(remote.file_name);
  attachment.set_media_type(remote.media_type);
  attachment.set_main_content(remote.main_content);
  bool held = false;
  if (remote.main_content) {
    auto policy = policy_in(tx, org, rules.read, message.family());
    if (!policy) return policy.error();
    held = *policy != v1::READ_POLICY_ON_ARRIVAL;
  }
  attachment.set_state(held ? v1::ATTACHMENT_STATE_HELD_BACK : v1::ATTACHMENT_STATE_PENDING);
  const store::AttachmentSource source{attachment.attachment_id(), message.message_id(), remote.id,
                                       remote.sha256};
  if (auto put = tx.put_attachment_source(org, source); !put) return put;
  if (held) return {};
  ++recorded.pending;
  return queue_fetch(tx, org, message.provider_id(), attachment.attachment_id());
}

// By the provider's id.
Result<std::map<std::string, store::AttachmentSource>> known_attachments(
    store::Transaction& tx, const store::Org& org, const v1::Message& message) {
  std::map<std::string, store::AttachmentSource> known;
  for (const auto& attachment : message.attachments()) {
    auto source = tx.attachment_source(org, attachment.attachment_id());
    if (!source) return source.error();
    if (*source) known.emplace((*source)->provider_attachment_id, **source);
  }
  return known;
}

// A provider that corrects its digest is believed, for what is not here yet.
Result<void> correct_digest(store::Transaction& tx, const store::Org& org,
                            const store::AttachmentSource& known,
                            const upstream::RemoteAttachment& remote) {
  if (known.expected_sha256 == remote.sha256) return {};
  auto source = known;
  source.expected_sha256 = remote.sha256;
  return tx.put_attachment_source(org, source);
}

}  // namespace

Result<Recorded> record_message(store::Transaction& tx, const store::Org& org,
                                const std::string& provider, const upstream::RemoteMessage& remote,
                                const RecordRules& rules) {
  auto found = tx.message_by_upstream(org, provider, remote.id);
  if (!found) return found.error();
  Recorded recorded;
  recorded.is_new = !*found;
  if (!recorded.is_new && (*found)->upstream_json == remote.json && !remote.json.empty()) {
    return recorded;
  }
  store::StoredMessage stored;
  std::map<std::string, store::AttachmentSource> known;
  if (recorded.is_new) {
    auto removed = tx.removed_by_upstream(org, provider, remote.id);
    if (!removed) return removed.error();
    if (*removed) return Recorded{};
    stored.message.set_message_id(domain::uuid_v7(rules.now_ms));
    stored.message.mutable_organisation()->set_value(org);
    stored.message.set_provider_id(provider);
    stored.message.set_provider_message_id(remote.id);
  } else {
    stored = std::move(**found);
    auto ids = known_attachments(tx, org, stored.message);
    if (!ids) return ids.error();
    known = std::move(*ids);
  }
  const v1::Message before = stored.message;
  stored.upstream_json = remote.json;
  describe(stored.message, remote, rules);
  std::vector<upstream::RemoteAttachment> attachments = remote.attachments;
  if (remote.body_main_content) attachments.push_back(body_attachment());
  for (const auto& attachment : attachments) {
    if (const auto found_source = known.find(attachment.id); found_source != known.end()) {
      if (auto corrected = correct_digest(tx, org, found_source->second, attachment); !corrected) {
        return corrected.error();
      }
      continue;
    }
    if (auto added = add_attachment(tx, org, stored.message, attachment, rules, recorded); !added) {
      return added.error();
    }
  }
  if (!recorded.is_new && MessageDifferencer::Equals(before, stored.message)) return recorded;
  if (auto put =
          tx.put_message(org, stored, recorded.is_new ? "message.stored" : "message.changed");
      !put) {
    return put.error();
  }
  return recorded;
}

}  // namespace semafoor::mailbox
