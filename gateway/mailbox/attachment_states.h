// SPDX-License-Identifier: Apache-2.0
//
// The states of an attachment: the one table that says what may follow what. PENDING or HELD_BACK
// is where it begins.
#pragma once

#include <array>
#include <optional>

#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::mailbox {

enum class AttachmentStep {
  // The bytes are on disk, whole and verified.
  store,
  // The upstream's bytes are damaged, or it does not give them. It is tried again.
  fail,
  // What was held back is wanted now: somebody opens it, the policy changed, or its end is near.
  request,
  // The policy became one under which the gateway does not fetch it.
  hold,
};

struct AttachmentTransition {
  v1::AttachmentState from;
  AttachmentStep step;
  v1::AttachmentState to;
};

inline constexpr std::array kAttachmentTransitions = {
    AttachmentTransition{v1::ATTACHMENT_STATE_PENDING, AttachmentStep::store,
                         v1::ATTACHMENT_STATE_STORED},
    AttachmentTransition{v1::ATTACHMENT_STATE_PENDING, AttachmentStep::fail,
                         v1::ATTACHMENT_STATE_FAILED},
    AttachmentTransition{v1::ATTACHMENT_STATE_FAILED, AttachmentStep::store,
                         v1::ATTACHMENT_STATE_STORED},
    AttachmentTransition{v1::ATTACHMENT_STATE_FAILED, AttachmentStep::fail,
                         v1::ATTACHMENT_STATE_FAILED},
    AttachmentTransition{v1::ATTACHMENT_STATE_HELD_BACK, AttachmentStep::request,
                         v1::ATTACHMENT_STATE_PENDING},
    AttachmentTransition{v1::ATTACHMENT_STATE_PENDING, AttachmentStep::hold,
                         v1::ATTACHMENT_STATE_HELD_BACK},
    AttachmentTransition{v1::ATTACHMENT_STATE_FAILED, AttachmentStep::hold,
                         v1::ATTACHMENT_STATE_HELD_BACK},
};

// nullopt: not allowed. What is stored stays stored.
inline std::optional<v1::AttachmentState> next_state(v1::AttachmentState from,
                                                     AttachmentStep step) {
  for (const auto& transition : kAttachmentTransitions) {
    if (transition.from == from && transition.step == step) return transition.to;
  }
  return std::nullopt;
}

}  // namespace semafoor::mailbox
