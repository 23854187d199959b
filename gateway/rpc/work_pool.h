// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace semafoor::rpc {

// A few threads for what may block, so that gRPC's own threads never do.
class WorkPool {
 public:
  WorkPool(std::size_t threads, std::size_t most_queued);
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  // New work. False, and nothing is kept, when the queue is full or the pool has stopped.
  bool try_post(std::function<void()> work);
  // The next step of work that was accepted before: never refused; after stop() it runs on the
  // caller's thread.
  void post(std::function<void()> work);
  // Runs what is queued and ends the threads. Idempotent.
  void stop();

 private:
  void run();

  const std::size_t most_queued_;
  std::mutex mutex_;
  std::condition_variable bell_;
  std::deque<std::function<void()>> queue_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace semafoor::rpc
