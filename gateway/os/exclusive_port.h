// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace semafoor::os {

// Before a socket (a descriptor, or a SOCKET) is bound: a second program on the same port fails
// and does not share it, and one that starts anew need not wait.
void keep_port_alone(std::intptr_t socket);

}  // namespace semafoor::os
