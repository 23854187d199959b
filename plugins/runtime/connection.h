// SPDX-License-Identifier: Apache-2.0
//
// One gateway as this process knows it: its channel and the token it gave us. Shared by all
// sessions that name the same attestation socket, so that a further session costs neither thread
// nor descriptor.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "plugins/runtime/attestation.h"

namespace semafoor::runtime {

// What a call needs: taken before it starts, unchanged while it runs.
struct Access {
  std::shared_ptr<grpc::Channel> channel;
  // "Bearer <token>".
  std::string authorization;
  // Tells an old token from a renewed one.
  std::uint64_t generation = 0;
  // The channel had lost the gateway, which has just answered on the attestation socket: wait for
  // the channel.
  bool wait_for_ready = false;
};

class Connection {
 public:
  explicit Connection(AttestationRequest request) : request_(std::move(request)) {}

  // The access in force, introduced anew when there is none, when 80 % of its life is over, or when
  // it is the one that was just refused (`refused_generation`). Blocks at most `patience`;
  // concurrent callers wait for one exchange.
  std::variant<Access, Problem> access(std::chrono::milliseconds patience,
                                       std::uint64_t refused_generation = 0);

  const std::string& path() const { return request_.path; }

 private:
  bool usable(std::uint64_t refused_generation) const;

  const AttestationRequest request_;
  std::mutex mutex_;
  std::string address_;
  Access access_;
  std::chrono::steady_clock::time_point renew_at_;
};

}  // namespace semafoor::runtime
