// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor::rpc {

// Where callers come in. The unix socket is one; TLS on loopback (Windows) and mutual TLS for
// paired machines will be others: each brings its address and its credentials.
class Door {
 public:
  virtual ~Door() = default;
  // For clients: "unix:/run/semafoor/rpc.sock"; later "tls:127.0.0.1:port".
  virtual std::string address() const = 0;
  // Adds what gRPC itself listens on, if that is what this door does.
  virtual Result<void> add_to(grpc::ServerBuilder& builder) = 0;
  // The server is built: callers come in from now on. It outlives the open door.
  virtual Result<void> open(grpc::Server& server) = 0;
  // Nobody comes in any more; those inside stay. Idempotent.
  virtual void close() = 0;
};

}  // namespace semafoor::rpc
