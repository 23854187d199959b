// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/event_hub.h"

#include <algorithm>
#include <utility>

namespace semafoor::rpc {

std::uint64_t EventHub::generation(const Org& org) const {
  const std::lock_guard lock(mutex_);
  const auto found = generations_.find(org);
  return found == generations_.end() ? 0 : found->second;
}

std::uint64_t EventHub::wait(const Org& org, std::uint64_t seen, Wake wake) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = generations_.find(org);
    const std::uint64_t now = found == generations_.end() ? 0 : found->second;
    if (!closed_ && now == seen) {
      const std::uint64_t id = next_++;
      by_org_.emplace(org, id);
      waiters_.emplace(id, Waiter{org, std::move(wake)});
      return id;
    }
  }
  wake();
  return 0;
}

bool EventHub::cancel(std::uint64_t waiter) {
  // Destroyed after the lock: what a callback holds may come back here.
  Wake dropped;
  const std::lock_guard lock(mutex_);
  const auto found = waiters_.find(waiter);
  if (found == waiters_.end()) return false;
  const auto [first, last] = by_org_.equal_range(found->second.org);
  const auto entry =
      std::find_if(first, last, [waiter](const auto& one) { return one.second == waiter; });
  if (entry != last) by_org_.erase(entry);
  dropped = std::move(found->second.wake);
  waiters_.erase(found);
  return true;
}

std::uint64_t EventHub::watch(Watcher watcher) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t id = next_++;
  watchers_.emplace(id, std::make_shared<const Watcher>(std::move(watcher)));
  return id;
}

void EventHub::unwatch(std::uint64_t watcher) {
  const std::lock_guard lock(mutex_);
  watchers_.erase(watcher);
}

void EventHub::notify(const Org& org) {
  std::vector<Wake> wakes;
  std::vector<std::shared_ptr<const Watcher>> watchers;
  {
    const std::lock_guard lock(mutex_);
    ++generations_[org];
    const auto [first, last] = by_org_.equal_range(org);
    for (auto entry = first; entry != last; ++entry) {
      const auto found = waiters_.find(entry->second);
      wakes.push_back(std::move(found->second.wake));
      waiters_.erase(found);
    }
    by_org_.erase(first, last);
    for (const auto& [id, watcher] : watchers_) watchers.push_back(watcher);
  }
  for (const Wake& wake : wakes) wake();
  for (const auto& watcher : watchers) (*watcher)(org);
}

void EventHub::close() {
  std::unordered_map<std::uint64_t, Waiter> waiters;
  std::vector<std::shared_ptr<const Watcher>> watchers;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    waiters.swap(waiters_);
    by_org_.clear();
    for (const auto& [id, watcher] : watchers_) watchers.push_back(watcher);
  }
  for (const auto& [id, waiter] : waiters) waiter.wake();
  for (const auto& watcher : watchers) (*watcher)({});
}

bool EventHub::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

std::size_t EventHub::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiters_.size();
}

}  // namespace semafoor::rpc
