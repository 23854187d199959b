// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>

#include "gateway/domain/result.h"
#include "gateway/rpc/attestation.h"

namespace semafoor::rpc::posix {

struct AttestationOptions {
  std::filesystem::path socket;
  mode_t folder_mode = 0750;
  mode_t socket_mode = 0660;
  // A request that is not whole by then is dropped without an answer.
  std::chrono::milliseconds patience{2'000};
  // Asked at the same time; more wait in the system's backlog.
  std::size_t most_connections = 64;
};

// One thread that answers attestation requests over a unix socket, until the object is destroyed.
// It also forgets dead sessions every half minute.
class AttestationServer {
 public:
  // Sessions and attestor outlive the object.
  static Result<std::unique_ptr<AttestationServer>> start(AttestationOptions options,
                                                          Attestor& attestor, Sessions& sessions);
  virtual ~AttestationServer() = default;
};

}  // namespace semafoor::rpc::posix
