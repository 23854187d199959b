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

// Moves `item` and stores it. The event is told only when the state is another one than before.
// Error "feedback.answer_state" when the life cycle has no such step.
Result<void> move_answer(store::Transaction& tx, const store::Org& org, v1::FeedbackItem& item,
                         AnswerStep what);

}  // namespace semafoor::feedback
