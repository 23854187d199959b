// SPDX-License-Identifier: Apache-2.0
//
// The one place where an Error becomes what the caller sees.
#pragma once

#include <grpcpp/grpcpp.h>

#include <string>

#include "gateway/domain/result.h"
#include "semafoor/v1/errors.pb.h"

namespace semafoor::rpc {

// Trailing metadata that bears the serialised v1.ErrorDetail.
inline constexpr char kErrorMetadata[] = "semafoor-error-bin";

v1::ErrorDetail detail_of(const Error& error, const std::string& correlation_id);

// Status of the call; the details go into the context's trailing metadata. National numbers are
// masked here once more, should a room have forgotten.
grpc::Status to_status(const Error& error, const std::string& correlation_id,
                       grpc::CallbackServerContext& context);

// Short forms for this room's own errors.
Error invalid(std::string field, std::string message);
Error failure(ErrorKind kind, std::string code, std::string message);

}  // namespace semafoor::rpc
