// SPDX-License-Identifier: Apache-2.0
//
// Time, injected: what runs in the background asks this and never the operating system.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <stop_token>

namespace semafoor::duties {

class Clock {
 public:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  virtual ~Clock() = default;
  // Milliseconds since 1970 UTC; may jump.
  virtual std::int64_t now_ms() = 0;
  // Milliseconds since some moment; never goes back. All waiting is measured in it.
  virtual std::int64_t steady_ms() = 0;
  // Waits until `ready()`, the steady time `deadline_ms` or a request of `stop`; `lock` is held on
  // return. Whoever changes what `ready` reads does so under the same mutex and notifies `bell`.
  virtual void wait(std::unique_lock<std::mutex>& lock, std::condition_variable_any& bell,
                    const std::stop_token& stop, std::int64_t deadline_ms,
                    const std::function<bool()>& ready) = 0;
};

// The operating system's clocks. Stateless: one object serves everybody.
class SystemClock final : public Clock {
 public:
  std::int64_t now_ms() override;
  std::int64_t steady_ms() override;
  void wait(std::unique_lock<std::mutex>& lock, std::condition_variable_any& bell,
            const std::stop_token& stop, std::int64_t deadline_ms,
            const std::function<bool()>& ready) override;
};

}  // namespace semafoor::duties
