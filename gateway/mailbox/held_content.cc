// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/held_content.h"

#include "gateway/mailbox/attachment_states.h"
#include "gateway/mailbox/lane_names.h"

namespace semafoor::mailbox {

Result<v1::ReadPolicy> policy_in(store::Reader& reader, const store::Org& org,
                                 const ReadDefaults& defaults, v1::MessageFamily family) {
  auto organisation = reader.organisation(org);
  if (!organisation) return organisation.error();
  if (!*organisation) return v1::READ_POLICY_NEVER;
  return read_policy(defaults, **organisation, family).policy();
}

Result<void> queue_fetch(store::Transaction& tx, const store::Org& org, const std::string& provider,
                         const std::string& attachment_id) {
  store::Task task;
  task.org = org;
  task.kind = fetch_kind(provider);
  task.key = attachment_id;
  auto queued = tx.enqueue(task);
  return queued ? Result<void>() : Result<void>(queued.error());
}

Result<bool> queue_held(store::Transaction& tx, const store::Org& org, const std::string& provider,
                        v1::Attachment& attachment) {
  const auto next = next_state(attachment.state(), AttachmentStep::request);
  if (!next) return false;
  attachment.set_state(*next);
  if (auto queued = queue_fetch(tx, org, provider, attachment.attachment_id()); !queued)
    return queued.error();
  return true;
}

bool hold_back(v1::Attachment& attachment) {
  const auto next = next_state(attachment.state(), AttachmentStep::hold);
  if (!next) return false;
  attachment.set_state(*next);
  attachment.clear_problem();
  return true;
}

}  // namespace semafoor::mailbox
