// SPDX-License-Identifier: Apache-2.0
//
// The mailbox through which signals come and answers go, whichever wire it speaks: CloudEvents
// after the Belgif guide, SOAP over CommonV3 (SOA), or SSDN. The payload schemas are of this
// project (prefix X-): the real ones are not public.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/send_outcome.h"
#include "semafoor/v1/feedback.pb.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::upstream {

// What becomes of a message at the upstream. Which of these the real one does is not public.
enum class FetchManner {
  // It is gone when the upstream is told that it is stored here.
  acknowledged,
  // It stays; a cursor says how far we are.
  cursor,
  // It is gone as soon as it was handed out.
  removed,
};

// What one fetch brought, before anybody looked into it.
struct Fetched {
  // The body of the answer.
  std::string body;
  // Only where the upstream removes what it hands out: the answer broke off, or is none that can be
  // read, and `body` is what there is of it.
  std::optional<Error> problem;
};

struct MailboxItem {
  // (source, id) is unique: of a CloudEvent, or the ticket of the authority.
  std::string source;
  std::string id;
  std::string type;
  // Position after this item.
  std::string cursor;
  // The message as it came.
  std::string raw;
  // Number of a signal in the mailbox of its organisation, from 1 and without gaps: a gap is a
  // hole. It stands here also when the rest makes no sense: it arrived, and is no hole. 0: none.
  std::int64_t sequence = 0;
};

struct MailboxBatch {
  std::vector<MailboxItem> items;
  // Position after the batch; empty when nothing came.
  std::string cursor;
  bool is_empty() const { return items.empty() && rejected.empty(); }
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
  // The person's number before the present one; empty: it was not replaced since.
  std::string replaced_ssin;
  struct FeedbackResult {
    // Empty where the wire knows an answer by its short form only.
    std::string client_id;
    v1::FeedbackState state = v1::FEEDBACK_STATE_UNSPECIFIED;
    std::string authority_reference;
    std::vector<v1::FeedbackError> errors;
    // Set where `client_id` is not.
    std::string client_reference = {};
  };
  std::optional<FeedbackResult> result;
  // 3 or 10: the signal was asked for again, with the half-yearly list of March or October. 0: it
  // was not.
  int recall_month = 0;
};

// What is known of an answer that was sent.
struct SendReceipt {
  SendReceipt(SendOutcome its_outcome) : outcome(its_outcome) {}  // NOLINT(*-explicit-*)

  SendOutcome outcome;
  // The judgement, from an upstream that judges at once.
  std::optional<MailboxContent::FeedbackResult> result;
};

class PodmiClient {
 public:
  // Writes the body of an answer as it came, before anybody looks into it. Its error ends the call.
  using Keep = std::function<Result<void>(const std::string& body)>;

  virtual ~PodmiClient() = default;
  virtual FetchManner manner() const = 0;
  // What came after `cursor` (empty: from the oldest that is there), as it came. Where the upstream
  // removes what it hands out, `keep` gets it first, and whatever arrived is a value; an error
  // after that says that nothing was handed out.
  virtual Result<Fetched> fetch(const std::string& cursor, int limit, const Keep& keep,
                                std::stop_token stop) = 0;
  // What is in a body of fetch(). Asks nobody; the same body gives the same batch. Of one that
  // broke off, what is whole.
  virtual Result<MailboxBatch> read(const Fetched& fetched) = 0;
  // Everything up to `cursor` is stored here. Asks nobody unless the manner is `acknowledged`.
  virtual Result<void> acknowledge(const std::string& cursor, std::stop_token stop) = 0;
  // "podmi.unknown_type", "podmi.malformed" when the item cannot be used; it is then quarantined.
  virtual Result<MailboxContent> parse(const MailboxItem& item) = 0;
  // Sends one answer under its client id. An error means that it certainly had no effect; its
  // `upstream_status` is 0 when it was never sent, or refused by something other than the interface
  // itself, and 422 where a wire without statuses refuses the content. A lost answer is
  // SendOutcome::unknown.
  virtual Result<SendReceipt> send(const v1::FeedbackItem& item,
                                   const std::string& signal_reference, std::stop_token stop) = 0;
  // Did this answer arrive, and what became of it? nullopt: the upstream does not know it.
  virtual Result<std::optional<MailboxContent::FeedbackResult>> lookup(const v1::FeedbackItem& item,
                                                                       std::stop_token stop) = 0;
};

}  // namespace semafoor::upstream
