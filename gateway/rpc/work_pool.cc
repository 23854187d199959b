// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/work_pool.h"

#include <utility>

namespace semafoor::rpc {

WorkPool::WorkPool(std::size_t threads, std::size_t most_queued) : most_queued_(most_queued) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkPool::~WorkPool() {
  stop();
}

bool WorkPool::try_post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || queue_.size() >= most_queued_) return false;
    queue_.push_back(std::move(work));
  }
  bell_.notify_one();
  return true;
}

void WorkPool::post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopped_) {
      queue_.push_back(std::move(work));
      work = nullptr;
    }
  }
  if (work)
    work();
  else
    bell_.notify_one();
}

void WorkPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  bell_.notify_all();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

void WorkPool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    bell_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

}  // namespace semafoor::rpc
