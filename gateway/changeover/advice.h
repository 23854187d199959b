// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "semafoor/v1/channels.pb.h"

namespace semafoor::changeover {

// What follows from the months of a report for an organisation on this channel: advice, its text
// and the obstacles, into `report`. `first` and `last` (yyyymm) are the months that count; those
// of the report that lie outside do not.
void advise(const v1::ChannelState& channel, int first, int last,
            v1::GetReconciliationResponse& report);

}  // namespace semafoor::changeover
