// SPDX-License-Identifier: Apache-2.0
//
// A clock that a test moves. Waiting threads wake when it reaches their deadline, never by
// themselves.
#pragma once

#include <list>

#include "gateway/duties/clock.h"

namespace semafoor::duties {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t now_ms = 1'795'000'000'000) : now_ms_(now_ms) {}

  std::int64_t now_ms() override {
    const std::scoped_lock guard(mutex_);
    return now_ms_;
  }
  std::int64_t steady_ms() override {
    const std::scoped_lock guard(mutex_);
    return steady_ms_;
  }

  void wait(std::unique_lock<std::mutex>& lock, std::condition_variable_any& bell,
            const std::stop_token& stop, std::int64_t deadline_ms,
            const std::function<bool()>& ready) override {
    const auto entry = [&] {
      const std::scoped_lock guard(mutex_);
      ++waits_;
      return waiting_.insert(waiting_.end(), {lock.mutex(), &bell});
    }();
    bell.wait(lock, stop, [&] { return ready() || steady_ms() >= deadline_ms; });
    const std::scoped_lock guard(mutex_);
    waiting_.erase(entry);
  }

  // How often somebody began to wait: a loop that came round shows here.
  int waits() {
    const std::scoped_lock guard(mutex_);
    return waits_;
  }

  // Somebody sets the time of day.
  void jump(std::int64_t ms) {
    const std::scoped_lock guard(mutex_);
    now_ms_ += ms;
  }

  // Both times go on. Nobody may destroy a waiting object meanwhile: the test that owns both sees
  // to that.
  void advance(std::int64_t ms) {
    std::list<Waiting> waiting;
    {
      const std::scoped_lock guard(mutex_);
      now_ms_ += ms;
      steady_ms_ += ms;
      waiting = waiting_;
    }
    for (const auto& each : waiting) {
      // Taking the mutex once makes sure that the waiter is inside wait(), or has seen the new
      // time.
      { const std::scoped_lock guard(*each.mutex); }
      each.bell->notify_all();
    }
  }

 private:
  struct Waiting {
    std::mutex* mutex;
    std::condition_variable_any* bell;
  };
  std::mutex mutex_;
  std::int64_t now_ms_;
  std::int64_t steady_ms_ = 1'000;
  std::list<Waiting> waiting_;
  int waits_ = 0;
};

}  // namespace semafoor::duties
