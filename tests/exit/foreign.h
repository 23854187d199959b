// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

// Uses the host's own gRPC and Protobuf, when it has them. `socket` is the gateway's attestation
// socket; the gRPC socket stands beside it.
void use_foreign_grpc(const std::string& socket);
