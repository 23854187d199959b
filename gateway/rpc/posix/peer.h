// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gateway/rpc/sessions.h"

namespace semafoor::rpc::posix {

struct Peer {
  PeerIdentity identity;
  std::shared_ptr<const ProcessHold> process;
};

// Who is at the other end of this connected unix socket, by the kernel's word. Nothing when the
// process has gone or cannot be held.
std::optional<Peer> peer_of(int connection);

// As PeerIdentity writes them.
std::string account_name(std::uint32_t uid);
std::string group_name(std::uint32_t gid);

// Start time of a process in clock ticks since boot (/proc/<pid>/stat, field 22); 0 when it is not
// there.
std::uint64_t start_time_of(std::int64_t pid);

// Holds a process by number. Null when it is not there.
std::shared_ptr<const ProcessHold> hold_process(std::int64_t pid);

}  // namespace semafoor::rpc::posix
