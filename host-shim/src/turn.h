// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>

namespace semafoor::loader {

// One at a time, first come first served, with a time limit; may be ended by another thread than
// the one that began. A std::mutex would let a loop of `next` starve a waiting `stop`.
class Turn {
 public:
  bool take(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    const auto place = queue_.insert(queue_.end(), 0);
    if (changed_.wait_until(lock, until, [&] { return !taken_ && place == queue_.begin(); })) {
      queue_.erase(place);
      taken_ = true;
      return true;
    }
    queue_.erase(place);
    lock.unlock();
    changed_.notify_all();
    return false;
  }

  void take() {
    std::unique_lock lock(mutex_);
    const auto place = queue_.insert(queue_.end(), 0);
    changed_.wait(lock, [&] { return !taken_ && place == queue_.begin(); });
    queue_.erase(place);
    taken_ = true;
  }

  void end() {
    {
      const std::lock_guard lock(mutex_);
      taken_ = false;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<char> queue_;
  bool taken_ = false;
};

// A turn for the length of a block.
class TurnHolder {
 public:
  explicit TurnHolder(Turn& turn) : turn_(turn) { turn_.take(); }
  ~TurnHolder() { turn_.end(); }
  TurnHolder(const TurnHolder&) = delete;
  TurnHolder& operator=(const TurnHolder&) = delete;

 private:
  Turn& turn_;
};

}  // namespace semafoor::loader
