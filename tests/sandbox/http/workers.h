// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace semafoor::sandbox::http {

// Threads made when they are needed. Every open connection holds one (also an idle or a hanging
// one), so a fixed small pool would let a few hanging calls stop the whole program.
class Workers : public httplib::TaskQueue {
 public:
  explicit Workers(std::size_t most) : most_(most) {}
  void enqueue(std::function<void()> job) override;
  // Runs what is queued, then joins.
  void shutdown() override;

 private:
  void run();

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace semafoor::sandbox::http
