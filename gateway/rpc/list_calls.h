// SPDX-License-Identifier: Apache-2.0
//
// What an administrator asks about documents that are lists.
#pragma once

#include "gateway/domain/result.h"
#include "gateway/rpc/gate.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::rpc {

// "gateway.no_lists": this gateway reads none.
Error no_lists();

// Both block.
Result<void> get_list_readings(UseCases& rooms, const Call& call,
                               const v1::GetListReadingsRequest& request,
                               v1::GetListReadingsResponse& response);
Result<void> read_lists_again(UseCases& rooms, const Call& call,
                              const v1::ReadListsAgainRequest& request,
                              v1::ReadListsAgainResponse& response);

}  // namespace semafoor::rpc
