// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace semafoor::probe {

// A token that is stopped when `outer` is, or after `limit`, whichever comes first.
class Deadline {
 public:
  Deadline(const std::stop_token& outer, std::chrono::milliseconds limit)
      : forward_(outer, [this] { inner_.request_stop(); }),
        watch_([this, limit](const std::stop_token& ended) { wait(ended, limit); }) {}

  std::stop_token token() const { return inner_.get_token(); }
  // It was the time and not `outer`.
  bool expired() const {
    const std::lock_guard lock(mutex_);
    return expired_;
  }

 private:
  void wait(const std::stop_token& ended, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    bell_.wait_for(lock, ended, limit, [] { return false; });
    if (ended.stop_requested()) return;
    expired_ = true;
    lock.unlock();
    inner_.request_stop();
  }

  std::stop_source inner_;
  mutable std::mutex mutex_;
  std::condition_variable_any bell_;
  bool expired_ = false;
  std::stop_callback<std::function<void()>> forward_;
  // Last: it goes first, and uses all others.
  std::jthread watch_;
};

}  // namespace semafoor::probe
