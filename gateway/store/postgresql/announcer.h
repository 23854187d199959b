// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "gateway/store/store.h"

namespace semafoor::store::postgresql {

// Calls listeners and those who wait for an answer, one at a time, as the one writer thread of the
// other engine does.
class Announcer {
 public:
  void add(Store::Listener listener) {
    const std::lock_guard lock(mutex_);
    listeners_.push_back(std::move(listener));
  }
  // Listeners first: whoever is answered finds its waiters already woken.
  void tell(const CommitNotice& notice, const std::function<void()>& answer = {}) {
    const std::lock_guard lock(mutex_);
    if (notice.tasks || !notice.organisations.empty())
      for (const auto& listener : listeners_) listener(notice);
    if (answer) answer();
  }

 private:
  std::mutex mutex_;
  std::vector<Store::Listener> listeners_;
};

}  // namespace semafoor::store::postgresql
