// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

#include "host-shim/src/instance.h"

namespace semafoor::loader {

// True when the caller may enter the plugin; then `destroy` is refused until this object ends.
class Instance::Visit {
 public:
  // `early`: also before start, for what only asks for tables.
  explicit Visit(Instance& instance, bool early = false) : instance_(instance) {
    const std::lock_guard lock(instance.mutex_);
    entered_ = instance.state_ == State::started || (early && instance.state_ == State::created);
    if (entered_) ++instance.visits_;
  }
  ~Visit() {
    if (!entered_) return;
    const std::lock_guard lock(instance_.mutex_);
    // Notified under the lock: the instance may end as soon as the lock is free.
    if (--instance_.visits_ == 0) instance_.left_.notify_all();
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  explicit operator bool() const { return entered_; }

 private:
  Instance& instance_;
  bool entered_ = false;
};

}  // namespace semafoor::loader
