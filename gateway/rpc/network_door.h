// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/pairing/authority.h"
#include "gateway/rpc/door.h"

namespace semafoor::rpc {

// TLS for paired machines at `listen` ("0.0.0.0:7443"). It asks for a client certificate of the
// authority and refuses any other; who has none gets in, and no further than the service that
// pairs. Opens when the server is built. Error: "network.listen", "pairing.authority".
Result<std::unique_ptr<Door>> make_network_door(const std::string& listen,
                                                const pairing::Authority& authority);

// The client certificate of a call that came in by a network door, as PEM; empty when it has none.
std::string client_certificate(const grpc::ServerContextBase& context);

}  // namespace semafoor::rpc
