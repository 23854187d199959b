// SPDX-License-Identifier: Apache-2.0
//
// Wakes those who wait for news of an organisation. It carries no events: who is woken reads the
// store.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace semafoor::rpc {

// Safe from several threads. Callbacks are called without the hub's lock, on the thread that
// notifies (the store's writer), and return at once.
class EventHub {
 public:
  using Org = std::string;
  using Wake = std::function<void()>;
  using Watcher = std::function<void(const Org&)>;

  // How often there was news of `org`. Read it before reading the store, hand it to wait() after:
  // news in between is not missed.
  std::uint64_t generation(const Org& org) const;

  // Calls `wake` once: when `org` has news after `seen` (within this call when it has already), or
  // when the hub closes. The number returned is for cancel(); 0 when it was called already.
  std::uint64_t wait(const Org& org, std::uint64_t seen, Wake wake);
  // True: `wake` will never be called. False: it was, or is being called.
  bool cancel(std::uint64_t waiter);

  // Tells each news of every organisation. A call may still be running when unwatch() returns:
  // capture by weak pointer.
  std::uint64_t watch(Watcher watcher);
  void unwatch(std::uint64_t watcher);

  void notify(const Org& org);
  // Wakes everybody; later waits are woken at once. For the end of the gateway.
  void close();
  bool closed() const;

  std::size_t waiting() const;

 private:
  struct Waiter {
    Org org;
    Wake wake;
  };

  mutable std::mutex mutex_;
  bool closed_ = false;
  std::uint64_t next_ = 1;
  std::unordered_map<Org, std::uint64_t> generations_;
  std::unordered_map<std::uint64_t, Waiter> waiters_;
  std::unordered_multimap<Org, std::uint64_t> by_org_;
  std::map<std::uint64_t, std::shared_ptr<const Watcher>> watchers_;
};

}  // namespace semafoor::rpc
