// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/domain/result.h"
#include "gateway/mailbox/mailbox_sync.h"
#include "gateway/store/store.h"
#include "semafoor/v1/admin.pb.h"

namespace semafoor::rpc {

// Counters, duties and providers, as the store has them. Errors of the store.
Result<void> fill_status(store::Reader& reader, const mailbox::MailboxSync& ebox,
                         const v1::Organisation& organisation, v1::OrganisationStatus& status);

}  // namespace semafoor::rpc
