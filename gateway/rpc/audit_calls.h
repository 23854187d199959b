// SPDX-License-Identifier: Apache-2.0
//
// The Admin calls on the audit. All but the verification are recorded, with their reason, before
// anything is shown.
#pragma once

#include <grpcpp/grpcpp.h>

#include "gateway/rpc/gate.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/audit.pb.h"

namespace semafoor::rpc {

// Requests and responses outlive their calls; a request of a stream until its reactor is made.
grpc::ServerWriteReactor<v1::VerifyAuditResponse>* verify_audit(
    Gate& gate, UseCases& rooms, Context& context, const v1::VerifyAuditRequest& request);
grpc::ServerWriteReactor<v1::ExportAuditResponse>* export_audit(
    Gate& gate, UseCases& rooms, Context& context, const v1::ExportAuditRequest& request);
grpc::ServerWriteReactor<v1::WhoSawResponse>* who_saw(Gate& gate, UseCases& rooms, Context& context,
                                                      const v1::WhoSawRequest& request);
// "audit.person_unknown".
Result<void> resolve_person(UseCases& rooms, const Call& call,
                            const v1::ResolveAuditPersonRequest& request,
                            v1::ResolveAuditPersonResponse& response);

}  // namespace semafoor::rpc
