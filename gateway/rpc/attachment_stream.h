// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include "gateway/audit/recorder.h"
#include "gateway/mailbox/mailbox.h"
#include "gateway/rpc/gate.h"

namespace semafoor::rpc {

// Streams one attachment in chunks of 64 KiB: read and hashed by the pool a few chunks ahead,
// written as gRPC takes them, in constant memory at any size. Its reading is recorded. Owns itself
// until gRPC is done with it.
grpc::ServerWriteReactor<grpc::ByteBuffer>* read_attachment(Gate& gate, mailbox::Mailbox& mailbox,
                                                            audit::Recorder& recorder,
                                                            Context& context,
                                                            const grpc::ByteBuffer& request);

}  // namespace semafoor::rpc
