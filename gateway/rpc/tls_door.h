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

// Error: "tls.identity".
Result<std::unique_ptr<TlsDoor>> make_tls_door();

}  // namespace semafoor::rpc
