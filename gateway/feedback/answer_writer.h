// SPDX-License-Identifier: Apache-2.0
//
// The one place where an answer changes its state.
#pragma once

#include <string>

#include "gateway/domain/result.h"
#include "gateway/feedback/answer_states.h"
#include "gateway/store/store.h"
#include "semafoor/v1/feedback.pb.h"

namespace semafoor::feedback {

// "feedback.unknown_client_id".
Result<v1::FeedbackItem> load_answer(store::Reader& reader, const store::Org& org,
                                     const std::string& client_id);

Result<v1::FeedbackItem> load_answer_by_reference(store::Reader& reader, const store::Org& org,
                                                  const std::string& client_reference);

// Stores what changed beside the state; no event tells of it.
Result<void> keep_answer(store::Transaction& tx, const store::Org& org, v1::FeedbackItem& item);

// What was done to an answer, into the audit: about the person of its signal, with the tickets of
// both sides.
Result<void> record_answer(store::Transaction& tx, const store::Org& org, const std::string& what,
                           const domain::Act& act, const v1::FeedbackItem& item);

// Moves `item` and stores it; what the gateway or the upstream made of it is recorded. The event is
// told only when the state is another one than before. Error "feedback.answer_state" when the life
// cycle has no such step.
Result<void> move_answer(store::Transaction& tx, const store::Org& org, v1::FeedbackItem& item,
                         AnswerStep what);

}  // namespace semafoor::feedback
