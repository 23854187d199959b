// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/rpc/door.h"

namespace semafoor::rpc {

// TLS on 127.0.0.1, on a port that the system chooses, with a certificate made for this start of
// the gateway. Callers learn both over the attestation channel, and believe no other certificate.
class TlsDoor : public Door {
 public:
  // As PEM; the same for as long as the door lives.
  virtual const std::string& certificate() const = 0;
};

// Who holds the end `caller_port` of a connection on 127.0.0.1 whose other end is `own_port`.
// Nobody does: a process of number 0. Nothing: the system does not tell.
using ConnectionOwner = std::function<std::optional<LocalCaller>(int caller_port, int own_port)>;

// Without `owner` (any thread) a token is bound to no process. Error: "tls.identity".
Result<std::unique_ptr<TlsDoor>> make_tls_door(ConnectionOwner owner = {});

}  // namespace semafoor::rpc
