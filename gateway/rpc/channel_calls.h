// SPDX-License-Identifier: Apache-2.0
//
// Channels and half-yearly lists that go back: what the services Channels and Admin share. Each
// bounds its request, blocks while it works, and records what it shows.
#pragma once

#include "gateway/domain/result.h"
#include "gateway/rpc/gate.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/channels.pb.h"

namespace semafoor::rpc {

Result<void> get_channel(UseCases& rooms, const Call& call, const v1::GetChannelRequest& request,
                         v1::GetChannelResponse& response);
// The reason is that of the call.
Result<void> set_channel(UseCases& rooms, const Call& call, const v1::SetChannelRequest& request,
                         v1::SetChannelResponse& response);
Result<void> get_reconciliation(UseCases& rooms, const Call& call,
                                const v1::GetReconciliationRequest& request,
                                v1::GetReconciliationResponse& response);
Result<void> list_returns(UseCases& rooms, const Call& call, const v1::ListReturnsRequest& request,
                          v1::ListReturnsResponse& response);
Result<void> prepare_return(UseCases& rooms, const Call& call,
                            const v1::PrepareReturnRequest& request,
                            v1::PrepareReturnResponse& response);
// For who administers: the rows without their columns, which name persons.
Result<void> prepare_return_blind(UseCases& rooms, const Call& call,
                                  const v1::PrepareReturnRequest& request,
                                  v1::PrepareReturnResponse& response);
Result<void> list_return_rows(UseCases& rooms, const Call& call,
                              const v1::ListReturnRowsRequest& request,
                              v1::ListReturnRowsResponse& response);
Result<void> get_return_file(UseCases& rooms, const Call& call,
                             const v1::GetReturnFileRequest& request,
                             v1::GetReturnFileResponse& response);
Result<void> send_return(UseCases& rooms, const Call& call, const v1::SendReturnRequest& request,
                         v1::SendReturnResponse& response);
Result<void> confirm_return(UseCases& rooms, const Call& call,
                            const v1::ConfirmReturnRequest& request,
                            v1::ConfirmReturnResponse& response);

// Nothing goes back to the authority without a person: "request.actor_missing" unless the call
// names who acts.
Result<void> check_person(const Call& call);

}  // namespace semafoor::rpc
