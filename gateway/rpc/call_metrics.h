// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "gateway/rpc/methods.h"

namespace semafoor::rpc {

// How often each method ended with each status; what is under way now. Any thread.
class CallMetrics {
 public:
  static constexpr std::size_t kCodes = 17;

  // False when more is under way than the gateway takes on: answer that at once.
  bool begin() { return in_flight_.fetch_add(1, std::memory_order_relaxed) < kMostInFlight; }
  // Once for each begin(), whatever it said; the last thing that a call does.
  void end() { in_flight_.fetch_sub(1, std::memory_order_release); }
  void count(Method method, int code) {
    const auto slot = static_cast<std::size_t>(code);
    if (slot < kCodes) calls_[index_of(method)][slot].fetch_add(1, std::memory_order_relaxed);
  }

  std::uint64_t calls(Method method, std::size_t code) const {
    return calls_[index_of(method)][code].load(std::memory_order_relaxed);
  }
  std::int64_t in_flight() const { return in_flight_.load(std::memory_order_acquire); }

 private:
  // Thousands of instances may each hold a long poll; beyond this something is wrong.
  static constexpr std::int64_t kMostInFlight = 16'384;

  std::atomic<std::int64_t> in_flight_{0};
  std::array<std::array<std::atomic<std::uint64_t>, kCodes>, kMethodNames.size()> calls_{};
};

}  // namespace semafoor::rpc
