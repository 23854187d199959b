// SPDX-License-Identifier: Apache-2.0
//
// What an administrator decides by hand about an answer that does not get on: each decision is kept
// with the answer, in the transaction that carries it out.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/feedback.pb.h"

namespace semafoor::feedback {

struct Decision {
  // Account of the administrator: "uid 1000".
  std::string by;
  // 1-256 characters.
  std::string reason;
  std::int64_t at_ms = 0;
};

// Which of the two below.
enum class DecisionKind { replay, discard };

// A dead letter is queued again under its client id, one that waits (queued, or its outcome
// unknown) is tried at once, one that nobody judged is looked up. Errors:
// "feedback.unknown_client_id", "feedback.already_decided", "feedback.already_sent" (the upstream
// has it; its judgement is awaited), "feedback.discarded", "feedback.superseded" (the signal has
// got another answer since, or another record or form took its place), "feedback.for_list",
// "feedback.returned" (it goes, or went, by list).
Result<v1::FeedbackItem> replay(store::Transaction& tx, const store::Org& org,
                                const std::string& client_id, const Decision& decision);

// A dead letter, or an answer that was never sent or returned, ends here, and its signal waits for
// another. Errors: "feedback.unknown_client_id", "feedback.already_decided",
// "feedback.already_sent", "feedback.discarded", "feedback.outcome_unknown" (it may have arrived:
// only the upstream knows), "feedback.returned" (it stands on a list that went back).
Result<v1::FeedbackItem> discard(store::Transaction& tx, const store::Org& org,
                                 const std::string& client_id, const Decision& decision);

}  // namespace semafoor::feedback
