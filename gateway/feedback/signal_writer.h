// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

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
// otherwise nothing: an older answer's fate no longer matters to the signal. Where another record
// stands for that signal, an answer that is accepted closes that one; no other fate moves it.
Result<void> follow_answer(store::Transaction& tx, const store::Org& org,
                           const v1::FeedbackItem& item, domain::SignalAction action);

// What happened to an answer, into the history of its signal and of the record that stands for it.
struct AnswerNews {
  v1::SignalEvent event = v1::SIGNAL_EVENT_UNSPECIFIED;
  std::int64_t time_ms = 0;
  // Null: the gateway, the authority, or an administrator (whom the answer's decisions name).
  const v1::Actor* actor = nullptr;
  // Fixed words, a code, or the authority's reference.
  std::string detail = {};
};
Result<void> tell_answer(store::Transaction& tx, const store::Org& org,
                         const v1::FeedbackItem& item, const AnswerNews& news);

}  // namespace semafoor::feedback
