// SPDX-License-Identifier: Apache-2.0
//
// One small call of the runtime's own, and a look at who answers at an address.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>
#include <variant>

#include "plugins/runtime/error.h"
#include "plugins/runtime/patience.h"

namespace semafoor::runtime {

struct ShortAnswer {
  grpc::Status status;
  std::string body;
  // Trailing metadata "semafoor-error-bin"; when it is there, the gateway itself has answered.
  std::string details;
};

// `method` as in sfr_api::call. Ends with patience at the latest: DEADLINE_EXCEEDED or CANCELLED.
ShortAnswer ask(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                const std::string& request, const Patience& patience);

// The chain of certificates that is shown at `address` ("host:port"), as PEM. Nothing is believed
// of it, and nothing is sent beyond the handshake. E_GATEWAY_ABSENT; PERMISSION_DENIED
// "gateway.not_tls": somebody answers, and not in TLS.
std::variant<std::string, Problem> look_at(const std::string& address, const Patience& patience);

}  // namespace semafoor::runtime
