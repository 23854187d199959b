// SPDX-License-Identifier: Apache-2.0
//
// What an organisation shows of its signals, for its own people (service Reports) and for the
// administrator (service ReportsAdmin): the same room, asked by others and recorded with other
// words.
#pragma once

#include <grpcpp/grpcpp.h>

#include "gateway/rpc/gate.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/reports.pb.h"

namespace semafoor::rpc {

// Blocks while it counts. "reports.period".
Result<void> show_statistics(UseCases& rooms, const Call& call, const v1::Period& period,
                             v1::Statistics& statistics);

// The request outlives the making of its reactor. The export is on record, with every person in the
// file, before its first byte leaves.
grpc::ServerWriteReactor<v1::ExportInspectionResponse>* export_inspection(
    Gate& gate, UseCases& rooms, Context& context, const v1::ExportInspectionRequest& request);
grpc::ServerWriteReactor<v1::MakeInspectionResponse>* make_inspection(
    Gate& gate, UseCases& rooms, Context& context, const v1::MakeInspectionRequest& request);

}  // namespace semafoor::rpc
