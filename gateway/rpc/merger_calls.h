// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/domain/result.h"
#include "gateway/rpc/gate.h"
#include "gateway/work/mergers.h"
#include "semafoor/v1/admin.pb.h"

namespace semafoor::rpc {

// `mergers` is null in a gateway without. The caller needs the role for each organisation that the
// request names; a reason too, but for a preview.
Result<void> merge_organisations(work::Mergers* mergers, const Call& call,
                                 const v1::MergeOrganisationsRequest& request,
                                 v1::MergeOrganisationsResponse& response);
Result<void> list_mergers(work::Mergers* mergers, const Call& call,
                          v1::ListMergersResponse& response);

}  // namespace semafoor::rpc
