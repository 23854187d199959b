// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "gateway/rpc/gate.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/admin.pb.h"

namespace semafoor::rpc {

// Threads for walks, which block for minutes: not the pool's, which would then serve nobody.
class Walkers {
 public:
  // Calls have ended: so have their walks, or they are about to.
  ~Walkers() = default;

  // False when kMost walks are under way, or there is no thread to be had.
  bool try_start(std::function<void()> walk);

  static constexpr std::size_t kMost = 2;

 private:
  struct Walker {
    bool ended = false;
    std::jthread thread;
  };
  std::mutex mutex_;
  std::list<Walker> walkers_;
};

// Admin/TestUpstream: each step as it ends; ends early when the caller goes.
grpc::ServerWriteReactor<v1::TestUpstreamResponse>* test_upstream(
    Gate& gate, const TestUpstream& walk, Walkers& walkers, Context& context,
    const v1::TestUpstreamRequest& request);

}  // namespace semafoor::rpc
