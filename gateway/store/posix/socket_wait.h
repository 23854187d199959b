// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace semafoor::store {

// Blocks until the socket has something to read, or takes more when `to_write`. False: not before
// `until`.
bool wait_for_socket(int socket, bool to_write, std::chrono::steady_clock::time_point until);

}  // namespace semafoor::store
