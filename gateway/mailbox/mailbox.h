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
#include "gateway/store/store.h"

namespace semafoor::mailbox {

struct OpenAttachment {
  v1::Attachment attachment;
  std::unique_ptr<store::BlobReader> reader;
};

class Mailbox {
 public:
  // Store and families outlive the object.
  Mailbox(store::Store& store, const Families& families, std::function<std::int64_t()> now_ms);

  Result<store::Page<v1::Message>> list(const store::Org& org, const store::MessageQuery& query);
  // "mailbox.message_unknown".
  Result<v1::Message> get(const store::Org& org, const std::string& message_id);
  // "mailbox.message_unknown", "mailbox.attachment_unknown", "attachment.not_stored"
  // (failed_precondition), "blob.missing".
  Result<OpenAttachment> open_attachment(const store::Org& org, const std::string& message_id,
                                         const std::string& attachment_id);
  // All or none: one unknown id changes nothing. Who saw a message first stays on record. In the
  // order of the request.
  Result<std::vector<v1::Message>> mark_seen(const store::Org& org,
                                             const std::vector<std::string>& message_ids,
                                             const v1::Actor& actor);
  // The known families, and one of MESSAGE_FAMILY_OTHER for each type the provider has and the list
  // has not, under the provider's own name.
  Result<std::vector<v1::Family>> families(const store::Org& org);

 private:
  store::Store& store_;
  const Families& families_;
  std::function<std::int64_t()> now_ms_;
};

}  // namespace semafoor::mailbox
