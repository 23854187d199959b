// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "gateway/os/windows/handle.h"
#include "gateway/rpc/door.h"
#include "gateway/rpc/sessions.h"

namespace semafoor::rpc::windows {

struct Peer {
  PeerIdentity identity;
  // Null where the system does not let this account hold the other's process: the token then lives
  // its time.
  std::shared_ptr<const ProcessHold> process;
};

// Who is at the other end of this connected pipe, by the kernel's word. `connected` is when it
// connected (GetSystemTimeAsFileTime): a process that began later is another one with the same
// number. Nothing when the process has gone, was another one, or has no account that can be read.
// The client must have sent something: only then may its account be asked for.
std::optional<Peer> peer_of(HANDLE pipe, const FILETIME& connected);

// That process as a caller, as far as the system lets it be looked at.
LocalCaller caller_of(std::int64_t pid);

// Holds a process by number. Null when it is not there or may not be held.
std::shared_ptr<const ProcessHold> hold_process(std::int64_t pid);

}  // namespace semafoor::rpc::windows
