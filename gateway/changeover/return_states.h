// SPDX-License-Identifier: Apache-2.0
//
// The states of a half-yearly list that goes back: the one table that says what may follow what.
#pragma once

#include <array>
#include <optional>

#include "semafoor/v1/channels.pb.h"

namespace semafoor::changeover {

enum class ReturnStep {
  // A person has it sent as a reply.
  leave,
  // About to be handed to the e-Box; committed before the first byte leaves.
  hand_over,
  received,
  // Handed over, and no answer came.
  unknown,
  // The handing over certainly had no effect; it is tried again.
  no_effect,
  // The e-Box refused it, and no other try mends that.
  refused,
  // A person has the file.
  fetch,
  // A person says that it arrived.
  arrived,
  // A person says that it never went.
  never_went,
  // A later half-yearly list does not name its signals any more, or names some again.
  settle,
  name_again,
};

struct ReturnTransition {
  v1::ReturnState from;
  ReturnStep step;
  v1::ReturnState to;
};

inline constexpr std::array kReturnTransitions = {
    ReturnTransition{v1::RETURN_STATE_PREPARED, ReturnStep::leave, v1::RETURN_STATE_QUEUED},
    ReturnTransition{v1::RETURN_STATE_PREPARED, ReturnStep::fetch, v1::RETURN_STATE_FETCHED},

    ReturnTransition{v1::RETURN_STATE_QUEUED, ReturnStep::hand_over, v1::RETURN_STATE_SENDING},
    ReturnTransition{v1::RETURN_STATE_QUEUED, ReturnStep::refused, v1::RETURN_STATE_PREPARED},
    ReturnTransition{v1::RETURN_STATE_QUEUED, ReturnStep::never_went, v1::RETURN_STATE_PREPARED},

    ReturnTransition{v1::RETURN_STATE_SENDING, ReturnStep::received, v1::RETURN_STATE_SENT},
    ReturnTransition{v1::RETURN_STATE_SENDING, ReturnStep::unknown,
                     v1::RETURN_STATE_OUTCOME_UNKNOWN},
    ReturnTransition{v1::RETURN_STATE_SENDING, ReturnStep::no_effect, v1::RETURN_STATE_QUEUED},
    ReturnTransition{v1::RETURN_STATE_SENDING, ReturnStep::refused, v1::RETURN_STATE_PREPARED},

    // Only a person can find out.
    ReturnTransition{v1::RETURN_STATE_OUTCOME_UNKNOWN, ReturnStep::arrived,
                     v1::RETURN_STATE_CONFIRMED},
    ReturnTransition{v1::RETURN_STATE_OUTCOME_UNKNOWN, ReturnStep::never_went,
                     v1::RETURN_STATE_PREPARED},
    ReturnTransition{v1::RETURN_STATE_FETCHED, ReturnStep::arrived, v1::RETURN_STATE_CONFIRMED},
    ReturnTransition{v1::RETURN_STATE_FETCHED, ReturnStep::never_went, v1::RETURN_STATE_PREPARED},
    ReturnTransition{v1::RETURN_STATE_SENT, ReturnStep::arrived, v1::RETURN_STATE_CONFIRMED},

    ReturnTransition{v1::RETURN_STATE_SENT, ReturnStep::settle, v1::RETURN_STATE_SETTLED},
    ReturnTransition{v1::RETURN_STATE_FETCHED, ReturnStep::settle, v1::RETURN_STATE_SETTLED},
    ReturnTransition{v1::RETURN_STATE_CONFIRMED, ReturnStep::settle, v1::RETURN_STATE_SETTLED},
    ReturnTransition{v1::RETURN_STATE_OUTCOME_UNKNOWN, ReturnStep::settle,
                     v1::RETURN_STATE_SETTLED},
    ReturnTransition{v1::RETURN_STATE_SENT, ReturnStep::name_again, v1::RETURN_STATE_NAMED_AGAIN},
    ReturnTransition{v1::RETURN_STATE_FETCHED, ReturnStep::name_again,
                     v1::RETURN_STATE_NAMED_AGAIN},
    ReturnTransition{v1::RETURN_STATE_CONFIRMED, ReturnStep::name_again,
                     v1::RETURN_STATE_NAMED_AGAIN},
    ReturnTransition{v1::RETURN_STATE_OUTCOME_UNKNOWN, ReturnStep::name_again,
                     v1::RETURN_STATE_NAMED_AGAIN},
};

// nullopt: not allowed.
inline std::optional<v1::ReturnState> next_state(v1::ReturnState from, ReturnStep step) {
  for (const auto& transition : kReturnTransitions) {
    if (transition.from == from && transition.step == step) return transition.to;
  }
  return std::nullopt;
}

}  // namespace semafoor::changeover
