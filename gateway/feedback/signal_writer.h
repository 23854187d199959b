// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/domain/result.h"
#include "gateway/domain/signal_life_cycle.h"
#include "gateway/store/store.h"

namespace semafoor::feedback {

// Moves `signal` along its life cycle and stores it with "signal.changed". A step that the life
// cycle does not allow is "feedback.signal_state": a mistake of ours, and the transaction must not
// go on.
Result<void> move_signal(store::Transaction& tx, const store::Org& org, v1::Signal& signal,
                         domain::SignalAction action);

// Moves the signal of `item`, when `item` is its latest answer and the life cycle has such a step;
// otherwise nothing: an older answer's fate no longer matters to the signal.
Result<void> follow_answer(store::Transaction& tx, const store::Org& org,
                           const v1::FeedbackItem& item, domain::SignalAction action);

}  // namespace semafoor::feedback
