// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include "gateway/intake/filing.h"
#include "gateway/rpc/gate.h"
#include "semafoor/v1/admin.pb.h"

namespace semafoor::rpc {

// Admin/UploadMessage: the head, then the bytes straight into a blob; a message when all is there
// and the caller has ended its side. A call that breaks leaves nothing behind.
grpc::ServerReadReactor<v1::UploadMessageRequest>* upload_message(
    Gate& gate, intake::Filing& filing, Context& context, v1::UploadMessageResponse& response);

}  // namespace semafoor::rpc
