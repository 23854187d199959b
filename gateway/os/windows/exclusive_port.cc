// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/exclusive_port.h"

#include <winsock2.h>

namespace semafoor::os {

// SO_REUSEADDR means the opposite here: anybody may take a port that is in use.
void keep_port_alone(std::intptr_t socket) {
  const BOOL yes = TRUE;
  ::setsockopt(static_cast<SOCKET>(socket), SOL_SOCKET, SO_EXCLUSIVEADDRUSE,
               reinterpret_cast<const char*>(&yes), sizeof yes);
}

}  // namespace semafoor::os
