// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>

#include "gateway/rpc/door.h"
#include "gateway/rpc/journal.h"

namespace semafoor::rpc::posix {

// Bytes in clear over a unix socket: what crosses it never leaves the kernel. Without a token
// nobody gets further than the health service. The journal outlives the door.
std::unique_ptr<Door> make_unix_door(std::filesystem::path socket, mode_t folder_mode,
                                     mode_t socket_mode, Journal& journal);

}  // namespace semafoor::rpc::posix
