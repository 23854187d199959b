// SPDX-License-Identifier: Apache-2.0
//
// One gateway as this process knows it: its channel, and the token it gave us or the certificate
// that we are known by. Shared by all sessions that name the same one, so that a further session
// costs neither thread nor descriptor.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/completion_queue.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "plugins/runtime/attestation.h"
#include "plugins/runtime/network_access.h"

namespace semafoor::runtime {

// What a call needs: taken before it starts, unchanged while it runs.
struct Access {
  std::shared_ptr<grpc::Channel> channel;
  // "Bearer <token>"; empty over the network.
  std::string authorization;
  // Tells an old token from a renewed one.
  std::uint64_t generation = 0;
  // The gateway has just answered (on the attestation socket, or to a look at it), the channel may
  // not know that yet: wait for the channel.
  bool wait_for_ready = false;
};

class Connection {
 public:
  // `channels` counts the channels of the process, and outlives it.
  Connection(GatewayKey gateway, Caller caller, std::atomic<std::uint32_t>& channels);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The access in force, asked for anew when there is none, when 80 % of its life is over, when the
  // channel is down, or when it is the one that just failed (`failed_generation`). One caller asks,
  // the others wait for its answer. After a failure the gateway is left in peace for a growing
  // moment, in which callers get the same answer at once.
  std::variant<Access, Problem> access(const Patience& patience,
                                       std::uint64_t failed_generation = 0);

 private:
  using Clock = std::chrono::steady_clock;

  bool usable(std::uint64_t failed_generation) const;
  void notice_closure();
  std::variant<Access, Problem> accept(std::variant<Introduction, Problem> answer,
                                       const Patience& patience);
  Problem remember(Problem problem);

  const GatewayKey gateway_;
  const Caller caller_;
  // Null: the gateway is on this machine. Used by who is asking.
  const std::unique_ptr<NetworkAccess> network_;
  std::atomic<std::uint32_t>& channels_;
  std::mutex mutex_;
  std::condition_variable answered_;
  bool asking_ = false;
  std::string address_;
  std::string certificate_;
  std::string client_certificate_;
  Access access_;
  // Never gets a tag: it only lends its poller.
  grpc::CompletionQueue poller_;
  Clock::time_point renew_at_;
  std::optional<Problem> failure_;
  Clock::time_point ask_again_at_;
  std::chrono::milliseconds pause_{0};
};

}  // namespace semafoor::runtime
