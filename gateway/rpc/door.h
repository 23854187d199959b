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
  // Makes the address free and adds it to the server to be built.
  virtual Result<void> add_to(grpc::ServerBuilder& builder) = 0;
  // The server listens: sets who may connect.
  virtual Result<void> opened() = 0;
};

}  // namespace semafoor::rpc
