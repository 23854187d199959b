// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/posix/socket_wait.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

namespace semafoor::store {

bool wait_for_socket(int socket, bool to_write, std::chrono::steady_clock::time_point until) {
  const auto events = static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN);
  for (;;) {
    pollfd end{socket, events, 0};
    // Rounded up: never a wait of nothing before the time is over.
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now())
            .count();
    const int ready =
        ::poll(&end, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000)));
    if (ready > 0) return true;
    if (ready == 0 && left <= 0) return false;
    if (ready < 0 && errno != EINTR) return false;
  }
}

}  // namespace semafoor::store
