// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/exclusive_port.h"

#include <sys/socket.h>

namespace semafoor::os {

void keep_port_alone(std::intptr_t socket) {
  const int yes = 1;
  ::setsockopt(static_cast<int>(socket), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

}  // namespace semafoor::os
