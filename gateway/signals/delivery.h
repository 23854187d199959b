// SPDX-License-Identifier: Apache-2.0
//
// One item of the mailbox, inside the intake's transaction.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/signals/signal_intake.h"
#include "gateway/store/store.h"
#include "gateway/upstream/podmi_client.h"

namespace semafoor::signals {

// An item with what the upstream room made of it.
struct ParsedItem {
  upstream::MailboxItem item;
  Result<upstream::MailboxContent> content;
};

// Stores the item as it came and its effect. The same item again, and the same signal under another
// item or by another channel, has no second effect: it is counted, the channel noted, and a state
// that people or the authority have given the signal stands. What makes no sense is quarantined
// with its reason. An error fails the transaction.
Result<void> deliver(store::Transaction& tx, const store::Org& org, const ParsedItem& parsed,
                     const ResultSink& results, std::int64_t now_ms);

}  // namespace semafoor::signals
