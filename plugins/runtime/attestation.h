// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "plugins/runtime/error.h"

namespace semafoor::runtime {

struct AttestationRequest {
  std::string path;
  bool check_owner = false;
  std::uint32_t owner_uid = 0;
  std::string host_name;
  std::string client_name;
};

// Where to connect and with which token; see semafoor_runtime.h for the exchange.
struct Introduction {
  // A gRPC target, "unix:/run/semafoor/rpc.sock".
  std::string address;
  std::string token;
  std::chrono::seconds expires_in{0};
  std::string gateway_version;
};

// Asks the gateway who we are to it. Blocks at most `patience`.
std::variant<Introduction, Problem> introduce(const AttestationRequest& request,
                                              std::chrono::milliseconds patience);

}  // namespace semafoor::runtime
