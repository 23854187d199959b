// SPDX-License-Identifier: Apache-2.0
//
// Why something is proposed, or nothing: for the person who decides.
#pragma once

#include "semafoor/v1/proposals.pb.h"

namespace semafoor::proposals {

// In all four languages, by outcome, basis and conflicts of `proposal`. Without personal data.
v1::LocalizedText reason_of(const v1::Proposal& proposal, int tolerance);

}  // namespace semafoor::proposals
