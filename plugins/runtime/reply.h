// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include "semafoor_runtime.h"

namespace semafoor::runtime {

// A reply whose bytes lie in one piece in memory of its own: it may be released after gRPC has been
// shut down, and does not keep the connection's read buffers alive. Throws std::bad_alloc.
const sfr_reply* make_reply(const grpc::ByteBuffer& message);

}  // namespace semafoor::runtime
