// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

#include "gateway/upstream/ebox21/calls.h"
#include "gateway/upstream/ebox_reply.h"

namespace semafoor::upstream::ebox21 {

// POST /publishMessage with originalMessageId; the promise is that of EboxClient::reply.
Result<ReplyOutcome> publish_reply(Calls& calls, const ReplyMessage& reply, std::stop_token stop);

}  // namespace semafoor::upstream::ebox21
