// SPDX-License-Identifier: Apache-2.0
//
// What the runtime keeps per process: sessions and the gateways they share.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "plugins/runtime/connection.h"
#include "plugins/runtime/watcher.h"

namespace semafoor::runtime {

// A gateway in use by at least one session.
struct Gateway {
  Gateway(GatewayKey key, Caller caller, std::atomic<std::uint32_t>& channels)
      : connection(std::move(key), std::move(caller), channels), watcher(connection) {}
  Connection connection;
  // Ends its thread before the connection goes.
  Watcher watcher;
};

// Made by the first entry and never destroyed: a host may leave its process at any moment, and
// nothing of ours may then run a destructor.
class Process {
 public:
  static Process& get();

  // True in a child made by fork() after the first open: gRPC's connections belong to the parent.
  bool forked() const;

  std::atomic<std::uint32_t> sessions{0};
  std::atomic<std::uint32_t> channels{0};
  std::atomic<std::uint32_t> calls_in_flight{0};

  // Keeps gRPC running. The first one starts it; the last one that goes shuts it down on the thread
  // it goes on, and returns when gRPC's threads have ended.
  class Share {
   public:
    Share();
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
  };

  // Only while a Share is held.
  std::shared_ptr<Gateway> gateway(const GatewayKey& key, const Caller& caller);

 private:
  Process();

  std::atomic<std::int64_t> owner_{0};
  std::mutex mutex_;
  int shares_ = 0;
  std::map<GatewayKey, std::weak_ptr<Gateway>> gateways_;
};

}  // namespace semafoor::runtime
