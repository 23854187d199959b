// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/rpc/attestation.h"

namespace semafoor::rpc::windows {

struct AttestationOptions {
  // \\.\pipe\semafoor-attest
  std::string pipe;
  // A request that is not whole by then is dropped without an answer.
  std::chrono::milliseconds patience{2'000};
};

// One thread that answers attestation requests over a named pipe, until the object is destroyed.
// Who logged on over the network is denied, and so is every client on another machine. It also
// forgets dead sessions every half minute.
class AttestationServer {
 public:
  // Sessions and attestor outlive the object. Errors: "pipe.in_use", "pipe.open".
  static Result<std::unique_ptr<AttestationServer>> start(AttestationOptions options,
                                                          Attestor& attestor, Sessions& sessions);
  virtual ~AttestationServer() = default;
};

}  // namespace semafoor::rpc::windows
