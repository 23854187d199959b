// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/rpc/sessions.h"

namespace semafoor::rpc {

// Somebody on this machine who came in by a door.
struct LocalCaller {
  // Whose the connection is; nothing where the system does not tell, and start time 0 where it does
  // not let the process be looked at.
  std::optional<ProcessName> process;
  // As PeerIdentity writes it; empty where the system does not tell.
  std::string account;
};

// Where callers come in: a unix socket, TLS on loopback (Windows), TLS for paired machines. Each
// brings its address and its credentials.
class Door {
 public:
  virtual ~Door() = default;
  // For clients: "unix:/run/semafoor/rpc.sock", "tls:127.0.0.1:port".
  virtual std::string address() const = 0;
  // Adds what gRPC itself listens on, if that is what this door does.
  virtual Result<void> add_to(grpc::ServerBuilder& builder) = 0;
  // The server is built: callers come in from now on. It outlives the open door.
  virtual Result<void> open(grpc::Server& server) = 0;
  // Nobody comes in any more; those inside stay. Idempotent.
  virtual void close() = 0;
  // Who made the connection that gRPC calls `peer` (ServerContext::peer()), while a call of it is
  // under way. Nothing: somebody of the network, or by another door. Any thread.
  virtual std::optional<LocalCaller> caller(const std::string& peer) const = 0;
};

}  // namespace semafoor::rpc
