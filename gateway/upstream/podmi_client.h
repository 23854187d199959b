// SPDX-License-Identifier: Apache-2.0
//
// The mailbox through which signals come and answers go. The transport follows the Belgif guide's
// asynchronous messages (CloudEvents 1.0); the payload schemas are of this project (prefix X-): the
// real ones are not public.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "semafoor/v1/feedback.pb.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::upstream {

struct MailboxItem {
  // CloudEvents identity: (source, id) is unique.
  std::string source;
  std::string id;
  std::string type;
  // Position after this item.
  std::string cursor;
  // The event as it came.
  std::string raw;
};

struct MailboxBatch {
  std::vector<MailboxItem> items;
  // Position after the batch; empty when nothing came.
  std::string cursor;
  // Elements without usable identity: why, and the element as it came.
  struct Rejected {
    std::string reason;
    std::string raw;
  };
  std::vector<Rejected> rejected;
};

// What an item says, after parsing. Exactly one of `signal` and `result` is set.
struct MailboxContent {
  std::optional<v1::Signal> signal;
  // Number of a signal in the mailbox of its organisation, from 1 and without gaps: a gap is a
  // hole. 0 for a result, which has none.
  std::int64_t sequence = 0;
  struct FeedbackResult {
    std::string client_id;
    v1::FeedbackState state = v1::FEEDBACK_STATE_UNSPECIFIED;
    std::string authority_reference;
    std::vector<v1::FeedbackError> errors;
  };
  std::optional<FeedbackResult> result;
};

enum class SendOutcome {
  // The upstream has it (now, or from an earlier try).
  received,
  // Sent, and no answer came: neither done nor failed.
  unknown,
};

class PodmiClient {
 public:
  virtual ~PodmiClient() = default;
  // What came after `cursor` (empty: from the first not acknowledged). Removes nothing.
  virtual Result<MailboxBatch> fetch(const std::string& cursor, int limit,
                                     std::stop_token stop) = 0;
  // Everything up to `cursor` is stored here.
  virtual Result<void> acknowledge(const std::string& cursor, std::stop_token stop) = 0;
  // "podmi.unknown_type", "podmi.malformed" when the item cannot be used; it is then quarantined.
  virtual Result<MailboxContent> parse(const MailboxItem& item) = 0;
  // Sends one answer under its client id. An error means that it certainly had no effect; its
  // `upstream_status` is 0 when it was never sent, or refused by something other than the interface
  // itself. A lost answer is SendOutcome::unknown.
  virtual Result<SendOutcome> send(const v1::FeedbackItem& item,
                                   const std::string& signal_reference, std::stop_token stop) = 0;
  // Did this client id arrive, and what became of it? nullopt: the upstream does not know it.
  virtual Result<std::optional<MailboxContent::FeedbackResult>> lookup(const std::string& client_id,
                                                                       std::stop_token stop) = 0;
};

}  // namespace semafoor::upstream
