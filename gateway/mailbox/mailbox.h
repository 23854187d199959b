// SPDX-License-Identifier: Apache-2.0
//
// Use cases on what the e-Box brought. Safe from several threads; those that write return after the
// commit.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/mailbox/families.h"
#include "gateway/mailbox/read_policy.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

struct OpenAttachment {
  v1::Attachment attachment;
  std::unique_ptr<store::BlobReader> reader;
};

// So many attachments were queued by a commit; called back from it.
using Queued = std::function<void(const store::Org&, const std::string& provider, int attachments)>;

class Mailbox {
 public:
  // Store and families outlive the object.
  Mailbox(store::Store& store, const Families& families, std::function<std::int64_t()> now_ms,
          ReadDefaults read = {}, Queued queued = {});

  Result<store::Page<v1::Message>> list(const store::Org& org, const store::MessageQuery& query);
  // "mailbox.message_unknown", "mailbox.message_removed_by_retention".
  Result<v1::Message> get(const store::Org& org, const std::string& message_id);
  // As get(); "mailbox.attachment_unknown", "attachment.not_stored" (failed_precondition),
  // "blob.missing". Main content that is fetched on first opening is queued
  // by this, durably; "attachment.not_stored" then has retry_after_ms, until it has come.
  Result<OpenAttachment> open_attachment(const store::Org& org, const std::string& message_id,
                                         const std::string& attachment_id);
  // All or none: one unknown id changes nothing. Who saw a message first stays on record. In the
  // order of the request.
  Result<std::vector<v1::Message>> mark_seen(const store::Org& org,
                                             const std::vector<std::string>& message_ids,
                                             const v1::Actor& actor, const domain::Act& act);
  // The known families, and one of MESSAGE_FAMILY_OTHER for each type the provider has and the list
  // has not, under the provider's own name.
  Result<std::vector<v1::Family>> families(const store::Org& org);

 private:
  // What is true of the messages by the policy as it is now.
  Result<void> add_policy(store::Reader& reader, const store::Org& org,
                          const std::vector<v1::Message*>& messages);
  // Whether opening it fetches it. Queues it when it is held back.
  Result<bool> wanted(const store::Org& org, const v1::Message& message,
                      const v1::Attachment& attachment);

  store::Store& store_;
  const Families& families_;
  std::function<std::int64_t()> now_ms_;
  const ReadDefaults read_;
  const Queued queued_;
};

}  // namespace semafoor::mailbox
