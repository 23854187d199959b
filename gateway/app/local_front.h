// SPDX-License-Identifier: Apache-2.0
//
// How programs of this machine come in: a unix socket and the one that attests (posix/), TLS on
// loopback and the pipe that attests (windows/).
#pragma once

#include <memory>

#include "gateway/app/config.h"
#include "gateway/domain/result.h"
#include "gateway/rpc/attestation.h"
#include "gateway/rpc/door.h"
#include "gateway/rpc/journal.h"

namespace semafoor::app {

// Callers are told who they are for as long as it lives.
class Attestation {
 public:
  virtual ~Attestation() = default;
};

class LocalFront {
 public:
  virtual ~LocalFront() = default;
  virtual rpc::Door& door() = 0;
  // What callers are told; right from when the door is open.
  virtual rpc::Endpoint endpoint() const = 0;
  // Attestor and sessions outlive the answer.
  virtual Result<std::unique_ptr<Attestation>> answer(rpc::Attestor& attestor,
                                                      rpc::Sessions& sessions) = 0;
};

// The journal outlives it.
Result<std::unique_ptr<LocalFront>> make_local_front(const Config& config, rpc::Journal& journal);

}  // namespace semafoor::app
