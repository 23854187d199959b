// SPDX-License-Identifier: Apache-2.0
//
// The states of an answer: the one table that says what may follow what.
#pragma once

#include <array>
#include <optional>

#include "semafoor/v1/feedback.pb.h"

namespace semafoor::feedback {

enum class AnswerStep {
  // About to be handed to the upstream; committed before the first byte leaves.
  send,
  // The upstream has it.
  received,
  // It was handed over and no answer came.
  unknown,
  // The handing over certainly had no effect; it is tried again.
  no_effect,
  give_up,
  accepted,
  refused,
  partially_accepted,
  // It was asked for, and there is no judgement yet after all the days that one may take.
  unjudged,
  // By an administrator's hand.
  replay,
  discard,
  // The organisation left the lists: it goes by the feedback flow after all.
  to_wire,
  // It stands on a half-yearly list that goes back.
  returned,
  // That list never went, or a later one asks again: it waits for the next.
  taken_back,
};

struct AnswerTransition {
  v1::FeedbackState from;
  AnswerStep step;
  v1::FeedbackState to;
};

inline constexpr std::array kAnswerTransitions = {
    AnswerTransition{v1::FEEDBACK_STATE_QUEUED, AnswerStep::send, v1::FEEDBACK_STATE_SENDING},
    // A judgement on something we believe not to have sent: our file was restored from a backup.
    // The authority knows.
    AnswerTransition{v1::FEEDBACK_STATE_QUEUED, AnswerStep::accepted, v1::FEEDBACK_STATE_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_QUEUED, AnswerStep::refused, v1::FEEDBACK_STATE_REFUSED},
    AnswerTransition{v1::FEEDBACK_STATE_QUEUED, AnswerStep::partially_accepted,
                     v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_QUEUED, AnswerStep::give_up,
                     v1::FEEDBACK_STATE_DEAD_LETTER},
    AnswerTransition{v1::FEEDBACK_STATE_QUEUED, AnswerStep::discard, v1::FEEDBACK_STATE_DISCARDED},

    // Again after a crash, once the upstream has said that it does not know it.
    AnswerTransition{v1::FEEDBACK_STATE_SENDING, AnswerStep::send, v1::FEEDBACK_STATE_SENDING},
    AnswerTransition{v1::FEEDBACK_STATE_SENDING, AnswerStep::received, v1::FEEDBACK_STATE_SENT},
    AnswerTransition{v1::FEEDBACK_STATE_SENDING, AnswerStep::unknown,
                     v1::FEEDBACK_STATE_OUTCOME_UNKNOWN},
    AnswerTransition{v1::FEEDBACK_STATE_SENDING, AnswerStep::no_effect, v1::FEEDBACK_STATE_QUEUED},
    AnswerTransition{v1::FEEDBACK_STATE_SENDING, AnswerStep::give_up,
                     v1::FEEDBACK_STATE_DEAD_LETTER},
    // The judgement overtook the receipt.
    AnswerTransition{v1::FEEDBACK_STATE_SENDING, AnswerStep::accepted, v1::FEEDBACK_STATE_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_SENDING, AnswerStep::refused, v1::FEEDBACK_STATE_REFUSED},
    AnswerTransition{v1::FEEDBACK_STATE_SENDING, AnswerStep::partially_accepted,
                     v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED},

    AnswerTransition{v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, AnswerStep::send,
                     v1::FEEDBACK_STATE_SENDING},
    AnswerTransition{v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, AnswerStep::unknown,
                     v1::FEEDBACK_STATE_OUTCOME_UNKNOWN},
    AnswerTransition{v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, AnswerStep::received,
                     v1::FEEDBACK_STATE_SENT},
    AnswerTransition{v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, AnswerStep::accepted,
                     v1::FEEDBACK_STATE_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, AnswerStep::refused,
                     v1::FEEDBACK_STATE_REFUSED},
    AnswerTransition{v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, AnswerStep::partially_accepted,
                     v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED},

    AnswerTransition{v1::FEEDBACK_STATE_SENT, AnswerStep::accepted, v1::FEEDBACK_STATE_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_SENT, AnswerStep::refused, v1::FEEDBACK_STATE_REFUSED},
    AnswerTransition{v1::FEEDBACK_STATE_SENT, AnswerStep::partially_accepted,
                     v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED},

    AnswerTransition{v1::FEEDBACK_STATE_SENT, AnswerStep::unjudged, v1::FEEDBACK_STATE_UNJUDGED},
    AnswerTransition{v1::FEEDBACK_STATE_UNJUDGED, AnswerStep::accepted,
                     v1::FEEDBACK_STATE_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_UNJUDGED, AnswerStep::refused, v1::FEEDBACK_STATE_REFUSED},
    AnswerTransition{v1::FEEDBACK_STATE_UNJUDGED, AnswerStep::partially_accepted,
                     v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED},
    // It may be there: looked up before it is sent, and never discarded.
    AnswerTransition{v1::FEEDBACK_STATE_UNJUDGED, AnswerStep::replay,
                     v1::FEEDBACK_STATE_OUTCOME_UNKNOWN},

    AnswerTransition{v1::FEEDBACK_STATE_DEAD_LETTER, AnswerStep::replay, v1::FEEDBACK_STATE_QUEUED},
    AnswerTransition{v1::FEEDBACK_STATE_DEAD_LETTER, AnswerStep::discard,
                     v1::FEEDBACK_STATE_DISCARDED},

    // We gave up, and it had arrived.
    AnswerTransition{v1::FEEDBACK_STATE_DEAD_LETTER, AnswerStep::accepted,
                     v1::FEEDBACK_STATE_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_DEAD_LETTER, AnswerStep::refused,
                     v1::FEEDBACK_STATE_REFUSED},
    AnswerTransition{v1::FEEDBACK_STATE_DEAD_LETTER, AnswerStep::partially_accepted,
                     v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_DISCARDED, AnswerStep::accepted,
                     v1::FEEDBACK_STATE_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_DISCARDED, AnswerStep::refused, v1::FEEDBACK_STATE_REFUSED},
    AnswerTransition{v1::FEEDBACK_STATE_DISCARDED, AnswerStep::partially_accepted,
                     v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED},

    // On lists. Either way, and never both.
    AnswerTransition{v1::FEEDBACK_STATE_FOR_LIST, AnswerStep::returned,
                     v1::FEEDBACK_STATE_RETURNED},
    AnswerTransition{v1::FEEDBACK_STATE_FOR_LIST, AnswerStep::to_wire, v1::FEEDBACK_STATE_QUEUED},
    AnswerTransition{v1::FEEDBACK_STATE_FOR_LIST, AnswerStep::discard,
                     v1::FEEDBACK_STATE_DISCARDED},
    AnswerTransition{v1::FEEDBACK_STATE_RETURNED, AnswerStep::taken_back,
                     v1::FEEDBACK_STATE_FOR_LIST},
    // Our file was restored from a backup, or the list had gone after all.
    AnswerTransition{v1::FEEDBACK_STATE_FOR_LIST, AnswerStep::accepted,
                     v1::FEEDBACK_STATE_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_FOR_LIST, AnswerStep::refused, v1::FEEDBACK_STATE_REFUSED},
    AnswerTransition{v1::FEEDBACK_STATE_FOR_LIST, AnswerStep::partially_accepted,
                     v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_RETURNED, AnswerStep::accepted,
                     v1::FEEDBACK_STATE_ACCEPTED},
    AnswerTransition{v1::FEEDBACK_STATE_RETURNED, AnswerStep::refused, v1::FEEDBACK_STATE_REFUSED},
    AnswerTransition{v1::FEEDBACK_STATE_RETURNED, AnswerStep::partially_accepted,
                     v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED},
};

// nullopt: not allowed.
inline std::optional<v1::FeedbackState> next_state(v1::FeedbackState from, AnswerStep step) {
  for (const auto& transition : kAnswerTransitions) {
    if (transition.from == from && transition.step == step) return transition.to;
  }
  return std::nullopt;
}

// On its way: another answer to the same signal has to wait.
inline bool in_flight(v1::FeedbackState state) {
  return state == v1::FEEDBACK_STATE_QUEUED || state == v1::FEEDBACK_STATE_SENDING ||
         state == v1::FEEDBACK_STATE_SENT || state == v1::FEEDBACK_STATE_OUTCOME_UNKNOWN ||
         state == v1::FEEDBACK_STATE_UNJUDGED || state == v1::FEEDBACK_STATE_FOR_LIST ||
         state == v1::FEEDBACK_STATE_RETURNED;
}

// The authority has judged.
inline bool is_final(v1::FeedbackState state) {
  return state == v1::FEEDBACK_STATE_ACCEPTED || state == v1::FEEDBACK_STATE_REFUSED ||
         state == v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED;
}

}  // namespace semafoor::feedback
