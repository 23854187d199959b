// SPDX-License-Identifier: Apache-2.0
//
// The life cycle of a signal: the one table that says what may follow what. Two rooms move signals
// (the people's actions in signals/, the fate of answers in feedback/); both ask here.
#pragma once

#include <array>
#include <optional>

#include "semafoor/v1/signals.pb.h"

namespace semafoor::domain {

enum class SignalAction {
  assign,
  // Back to nobody.
  unassign,
  investigate,
  // An answer is stored here and on its way.
  answer,
  accepted,
  // Accepted, with a code that leaves the signal open.
  accepted_open,
  // Refused, accepted in part only, or given up: another answer is awaited.
  refused,
  // A later form took its ground away, or it moved to another organisation.
  supersede,
  // It turned out to be the same signal as another record, which stands for it from now on. What is
  // known of answers to it, also of one on its way, counts for that record.
  unite,
};

struct SignalTransition {
  v1::SignalState from;
  SignalAction action;
  v1::SignalState to;
};

inline constexpr std::array kSignalTransitions = {
    SignalTransition{v1::SIGNAL_STATE_RECEIVED, SignalAction::assign, v1::SIGNAL_STATE_ASSIGNED},
    SignalTransition{v1::SIGNAL_STATE_RECEIVED, SignalAction::unassign, v1::SIGNAL_STATE_RECEIVED},
    SignalTransition{v1::SIGNAL_STATE_RECEIVED, SignalAction::investigate,
                     v1::SIGNAL_STATE_INVESTIGATED},
    SignalTransition{v1::SIGNAL_STATE_RECEIVED, SignalAction::answer, v1::SIGNAL_STATE_ANSWERED},

    SignalTransition{v1::SIGNAL_STATE_ASSIGNED, SignalAction::assign, v1::SIGNAL_STATE_ASSIGNED},
    SignalTransition{v1::SIGNAL_STATE_ASSIGNED, SignalAction::unassign, v1::SIGNAL_STATE_RECEIVED},
    SignalTransition{v1::SIGNAL_STATE_ASSIGNED, SignalAction::investigate,
                     v1::SIGNAL_STATE_INVESTIGATED},
    SignalTransition{v1::SIGNAL_STATE_ASSIGNED, SignalAction::answer, v1::SIGNAL_STATE_ANSWERED},

    // A handover after the investigation does not undo it.
    SignalTransition{v1::SIGNAL_STATE_INVESTIGATED, SignalAction::assign,
                     v1::SIGNAL_STATE_INVESTIGATED},
    SignalTransition{v1::SIGNAL_STATE_INVESTIGATED, SignalAction::unassign,
                     v1::SIGNAL_STATE_INVESTIGATED},
    SignalTransition{v1::SIGNAL_STATE_INVESTIGATED, SignalAction::investigate,
                     v1::SIGNAL_STATE_INVESTIGATED},
    SignalTransition{v1::SIGNAL_STATE_INVESTIGATED, SignalAction::answer,
                     v1::SIGNAL_STATE_ANSWERED},

    SignalTransition{v1::SIGNAL_STATE_ANSWERED, SignalAction::accepted, v1::SIGNAL_STATE_CLOSED},
    SignalTransition{v1::SIGNAL_STATE_ANSWERED, SignalAction::accepted_open,
                     v1::SIGNAL_STATE_RECEIVED},
    SignalTransition{v1::SIGNAL_STATE_ANSWERED, SignalAction::refused,
                     v1::SIGNAL_STATE_ANSWER_REFUSED},

    SignalTransition{v1::SIGNAL_STATE_ANSWER_REFUSED, SignalAction::assign,
                     v1::SIGNAL_STATE_ANSWER_REFUSED},
    SignalTransition{v1::SIGNAL_STATE_ANSWER_REFUSED, SignalAction::unassign,
                     v1::SIGNAL_STATE_ANSWER_REFUSED},
    SignalTransition{v1::SIGNAL_STATE_ANSWER_REFUSED, SignalAction::investigate,
                     v1::SIGNAL_STATE_INVESTIGATED},
    SignalTransition{v1::SIGNAL_STATE_ANSWER_REFUSED, SignalAction::answer,
                     v1::SIGNAL_STATE_ANSWERED},
    // An answer we had given up on reached the authority after all.
    SignalTransition{v1::SIGNAL_STATE_ANSWER_REFUSED, SignalAction::accepted,
                     v1::SIGNAL_STATE_CLOSED},
    SignalTransition{v1::SIGNAL_STATE_ANSWER_REFUSED, SignalAction::accepted_open,
                     v1::SIGNAL_STATE_RECEIVED},
    SignalTransition{v1::SIGNAL_STATE_ANSWER_REFUSED, SignalAction::refused,
                     v1::SIGNAL_STATE_ANSWER_REFUSED},

    SignalTransition{v1::SIGNAL_STATE_RECEIVED, SignalAction::supersede,
                     v1::SIGNAL_STATE_SUPERSEDED},
    SignalTransition{v1::SIGNAL_STATE_ASSIGNED, SignalAction::supersede,
                     v1::SIGNAL_STATE_SUPERSEDED},
    SignalTransition{v1::SIGNAL_STATE_INVESTIGATED, SignalAction::supersede,
                     v1::SIGNAL_STATE_SUPERSEDED},
    SignalTransition{v1::SIGNAL_STATE_ANSWER_REFUSED, SignalAction::supersede,
                     v1::SIGNAL_STATE_SUPERSEDED},
    // What is on its way is not called back: what the authority says of it counts.
    SignalTransition{v1::SIGNAL_STATE_SUPERSEDED, SignalAction::accepted, v1::SIGNAL_STATE_CLOSED},
    SignalTransition{v1::SIGNAL_STATE_SUPERSEDED, SignalAction::accepted_open,
                     v1::SIGNAL_STATE_SUPERSEDED},
    SignalTransition{v1::SIGNAL_STATE_SUPERSEDED, SignalAction::refused,
                     v1::SIGNAL_STATE_SUPERSEDED},

    SignalTransition{v1::SIGNAL_STATE_RECEIVED, SignalAction::unite, v1::SIGNAL_STATE_SUPERSEDED},
    SignalTransition{v1::SIGNAL_STATE_ASSIGNED, SignalAction::unite, v1::SIGNAL_STATE_SUPERSEDED},
    SignalTransition{v1::SIGNAL_STATE_INVESTIGATED, SignalAction::unite,
                     v1::SIGNAL_STATE_SUPERSEDED},
    SignalTransition{v1::SIGNAL_STATE_ANSWERED, SignalAction::unite, v1::SIGNAL_STATE_SUPERSEDED},
    SignalTransition{v1::SIGNAL_STATE_ANSWER_REFUSED, SignalAction::unite,
                     v1::SIGNAL_STATE_SUPERSEDED},
    SignalTransition{v1::SIGNAL_STATE_CLOSED, SignalAction::unite, v1::SIGNAL_STATE_SUPERSEDED},
    SignalTransition{v1::SIGNAL_STATE_SUPERSEDED, SignalAction::unite, v1::SIGNAL_STATE_SUPERSEDED},
};

// The state after `action`; nullopt when the life cycle does not allow it. A signal that goes back
// to be treated while somebody is responsible for it is ASSIGNED rather than RECEIVED.
inline std::optional<v1::SignalState> next_state(v1::SignalState from, SignalAction action,
                                                 bool has_assignee) {
  for (const auto& transition : kSignalTransitions) {
    if (transition.from != from || transition.action != action) continue;
    if (transition.to == v1::SIGNAL_STATE_RECEIVED && has_assignee) {
      return v1::SIGNAL_STATE_ASSIGNED;
    }
    return transition.to;
  }
  return std::nullopt;
}

}  // namespace semafoor::domain
