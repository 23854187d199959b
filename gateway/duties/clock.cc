// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/clock.h"

#include <chrono>

namespace semafoor::duties {

std::int64_t SystemClock::now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::int64_t SystemClock::steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void SystemClock::wait(std::unique_lock<std::mutex>& lock, std::condition_variable_any& bell,
                       const std::stop_token& stop, std::int64_t deadline_ms,
                       const std::function<bool()>& ready) {
  if (deadline_ms == kNever) {
    bell.wait(lock, stop, ready);
    return;
  }
  const std::chrono::steady_clock::time_point deadline{std::chrono::milliseconds(deadline_ms)};
  bell.wait_until(lock, stop, deadline, ready);
}

}  // namespace semafoor::duties
