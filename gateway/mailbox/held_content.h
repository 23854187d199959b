// SPDX-License-Identifier: Apache-2.0
//
// Main content that a read policy holds back: how it begins, how it is fetched after all.
#pragma once

#include <string>

#include "gateway/domain/result.h"
#include "gateway/mailbox/read_policy.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

// The policy for this family, from the organisation's record. An organisation that is not known any
// more reads nothing.
Result<v1::ReadPolicy> policy_in(store::Reader& reader, const store::Org& org,
                                 const ReadDefaults& defaults, v1::MessageFamily family);

// HELD_BACK to PENDING, with a task; inside the caller's transaction, which stores the message.
// False when it was not held back.
Result<bool> queue_held(store::Transaction& tx, const store::Org& org, const std::string& provider,
                        v1::Attachment& attachment);

// A task for this attachment of a message of `provider`, due now.
Result<void> queue_fetch(store::Transaction& tx, const store::Org& org, const std::string& provider,
                         const std::string& attachment_id);

// PENDING or FAILED to HELD_BACK, because the policy became one under which nobody fetches. False
// when it was stored, or held back before.
bool hold_back(v1::Attachment& attachment);

}  // namespace semafoor::mailbox
