// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace semafoor::rpc {

// So many calls a second, and as many at once after a second of rest. Any thread, without a lock:
// all it keeps is the moment at which the calls so far are paid for (the generic cell rate
// algorithm of ITU-T I.371).
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RateLimit(std::int64_t calls_per_second) : cost_(kSecond / calls_per_second) {}

  // Zero: the call may go on. Otherwise how long until one may; it is not counted.
  std::chrono::nanoseconds take(Clock::time_point at) {
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
    std::int64_t paid = paid_.load(std::memory_order_relaxed);
    while (true) {
      const std::int64_t next = std::max(paid, now) + cost_;
      if (next - now > kSecond) return std::chrono::nanoseconds(next - now - kSecond);
      if (paid_.compare_exchange_weak(paid, next, std::memory_order_relaxed))
        return std::chrono::nanoseconds(0);
    }
  }

 private:
  static constexpr std::int64_t kSecond = 1'000'000'000;

  const std::int64_t cost_;
  std::atomic<std::int64_t> paid_{0};
};

}  // namespace semafoor::rpc
