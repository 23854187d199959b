// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/filing.h"

#include "gateway/domain/date.h"
#include "gateway/domain/hex.h"
#include "gateway/domain/uuid.h"
#include "gateway/intake/boxes.h"
#include "gateway/mailbox/removed.h"

namespace semafoor::intake {
namespace {

std::string identity(v1::EboxType box, const std::string& sha256) {
  return std::string(box_name(box)) + ":" + sha256;
}

std::string without_ending(const std::string& name) {
  const auto dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

bool is_empty(const v1::LocalizedText& text) {
  return text.ByteSizeLong() == 0;
}

store::AuditEntry entry_of(const domain::Act& act, const Filed& filed) {
  return {.what = "message.file",
          .act = act,
          .subject_kind = "message",
          .subject_id = filed.message_id,
          .detail = filed.duplicate ? "was here" : ""};
}

}  // namespace

Result<void> Filing::check_size(std::int64_t bytes) const {
  if (bytes == 0)
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "intake.empty",
                 .message = "Taking in a file: it holds nothing. Download it again."};
  if (bytes > most_bytes_)
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "intake.too_large",
                 .message = "Taking in a file: it is larger than the " +
                            std::to_string(most_bytes_ / (1024 * 1024)) +
                            " MiB of [intake] max_file_mib. Raise that setting, if the file is "
                            "right."};
  return {};
}

Result<std::unique_ptr<store::BlobWriter>> Filing::begin(const store::Org& org) {
  if (auto admitted = admit(); !admitted) return admitted.error();
  return store_.blobs().create(org);
}

store::StoredMessage Filing::message_of(const store::Org& org, const store::BlobRef& blob,
                                        const Description& description,
                                        const v1::Provenance& provenance) const {
  const auto now = now_ms_();
  store::StoredMessage stored;
  v1::Message& message = stored.message;
  message.set_message_id(domain::uuid_v7(now));
  message.mutable_organisation()->set_value(org);
  message.set_provider_id(kProvider);
  message.set_provider_message_id(identity(provenance.ebox_type(), blob.sha256));
  message.set_message_type_id(description.message_type_id);
  message.set_family(description.family == v1::MESSAGE_FAMILY_UNSPECIFIED
                         ? families_.family_of(description.message_type_id)
                         : description.family);
  *message.mutable_subject() = description.subject;
  if (is_empty(description.subject))
    message.mutable_subject()->set_nl(without_ending(description.file_name));
  *message.mutable_sender_name() = description.sender_name;
  message.set_sender_organisation_id(description.sender_organisation);
  message.mutable_received_at()->set_unix_ms(
      description.received_on ? domain::ms_of_date(*description.received_on) : now);
  if (description.received_on)
    message.set_received_at_original(domain::write_date(*description.received_on));
  if (description.expires_on) *message.mutable_expires_on() = *description.expires_on;
  // Whoever downloaded it has opened it there.
  message.set_read_upstream(true);
  *message.mutable_provenance() = provenance;
  message.mutable_provenance()->mutable_taken_at()->set_unix_ms(now);
  message.mutable_provenance()->set_downloaded_by(description.downloaded_by);
  message.mutable_provenance()->set_file_name(description.file_name);
  v1::Attachment& attachment = *message.add_attachments();
  attachment.set_attachment_id(domain::uuid_v7(now));
  attachment.set_file_name(description.file_name);
  attachment.set_media_type(media_type_of(description.file_name));
  attachment.set_main_content(true);
  attachment.set_size_bytes(blob.size);
  attachment.set_sha256(*domain::from_hex(blob.sha256));
  attachment.set_state(v1::ATTACHMENT_STATE_STORED);
  return stored;
}

Result<Filed> Filing::file(const store::Org& org, store::BlobWriter& bytes, Description description,
                           const v1::Provenance& provenance, const domain::Act& act) {
  if (box_name(provenance.ebox_type()).empty())
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "intake.invalid",
                 .message =
                     "Taking in a file: of which e-Box it is was not said. Say enterprise, "
                     "institution, civil-servant or citizen.",
                 .field = "eboxType"};
  if (auto fine = check(description); !fine) return fine.error();
  if (auto fine = check_size(bytes.current().size); !fine) return fine.error();
  auto blob = bytes.commit();
  if (!blob) return blob.error();
  auto stored = message_of(org, *blob, description, provenance);
  Filed filed;
  const auto committed = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    filed = {};
    auto known = tx.message_by_upstream(org, kProvider, stored.message.provider_message_id());
    if (!known) return known.error();
    if (*known) {
      filed = {(*known)->message.message_id(), true};
      if (auto noted = tx.append_audit(org, entry_of(act, filed)); !noted) return noted;
      return tx.count_duplicate(org);
    }
    auto removed = tx.removed_by_upstream(org, kProvider, stored.message.provider_message_id());
    if (!removed) return removed.error();
    if (*removed) return mailbox::removed_by_retention("Taking in a file", **removed);
    filed.message_id = stored.message.message_id();
    const auto& attachment = stored.message.attachments(0);
    if (auto put = tx.put_attachment_source(
            org, {attachment.attachment_id(), filed.message_id, blob->sha256, blob->sha256});
        !put)
      return put;
    if (auto put = tx.put_message(org, stored, "message.stored"); !put) return put;
    return tx.append_audit(org, entry_of(act, filed));
  });
  if (!committed) return committed.error();
  return filed;
}

}  // namespace semafoor::intake
