// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "gateway/upstream/ebox_client.h"
#include "tests/prism/walk_report.h"

namespace semafoor {

// The operations that change something: visibility, and replies of every shape. `messages`: all of
// the box.
void walk_writes(WalkReport& walk, upstream::EboxClient& ebox, upstream::EboxClient& direct,
                 const std::vector<upstream::RemoteMessage>& messages);

// A reply with one text file, to a message of that sender.
upstream::ReplyMessage plain_reply(const std::string& message_id, const std::string& sender);

}  // namespace semafoor
