// SPDX-License-Identifier: Apache-2.0
//
// Admin's calls about the keys of organisations. Each blocks in the pool until vault and record are
// durable. "gateway.no_vault": this gateway was wired without one.
#pragma once

#include "gateway/rpc/gate.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/credentials.pb.h"

namespace semafoor::rpc {

grpc::ServerUnaryReactor* list_credentials(Gate& gate, UseCases& rooms, Context& context,
                                           v1::ListCredentialsResponse& response);
// Wipes what is secret of the request before it returns to gRPC.
grpc::ServerUnaryReactor* import_credential(Gate& gate, UseCases& rooms, Context& context,
                                            const v1::ImportCredentialRequest& request,
                                            v1::ImportCredentialResponse& response);
grpc::ServerUnaryReactor* test_credential(Gate& gate, UseCases& rooms, Context& context,
                                          const v1::TestCredentialRequest& request,
                                          v1::TestCredentialResponse& response);
grpc::ServerUnaryReactor* step_credential(Gate& gate, UseCases& rooms, Context& context,
                                          const v1::StepCredentialRequest& request,
                                          v1::StepCredentialResponse& response);
grpc::ServerUnaryReactor* erase_organisation(Gate& gate, UseCases& rooms, Directory& directory,
                                             Context& context,
                                             const v1::EraseOrganisationRequest& request,
                                             v1::EraseOrganisationResponse& response);

}  // namespace semafoor::rpc
