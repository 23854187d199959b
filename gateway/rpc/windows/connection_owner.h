// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "gateway/rpc/door.h"

namespace semafoor::rpc::windows {

// A ConnectionOwner (tls_door.h). Nobody's connection is remembered for longer than a second: to
// make the table of connections costs the system much.
std::optional<LocalCaller> connection_owner(int caller_port, int own_port);

}  // namespace semafoor::rpc::windows
