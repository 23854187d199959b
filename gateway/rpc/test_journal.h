// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "gateway/rpc/journal.h"

namespace semafoor::rpc {

// Keeps the events, for unit tests.
class TestJournal final : public Journal {
 public:
  void note(Level, std::string_view event, std::string_view, Fields) override {
    const std::lock_guard lock(mutex_);
    events_.emplace_back(event);
  }
  std::vector<std::string> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> events_;
};

}  // namespace semafoor::rpc
