// SPDX-License-Identifier: Apache-2.0
//
// Machines of the network, for administrators and for themselves. Each blocks until what it did is
// on disk, and on record.
#pragma once

#include <string>

#include "gateway/domain/result.h"
#include "gateway/pairing/pairing.h"
#include "gateway/rpc/gate.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/pairing.pb.h"

namespace semafoor::rpc {

// Without `pairing` this gateway listens to no network: "network.off".
Result<void> start_pairing(UseCases& rooms, const Call& call, Journal& journal,
                           const v1::StartPairingRequest& request,
                           v1::StartPairingResponse& response);
// Those whose organisations the caller may all see.
Result<void> list_paired(const pairing::Pairing* pairing, const Call& call,
                         v1::ListPairedResponse& response);
Result<void> revoke_paired(UseCases& rooms, const Call& call, Journal& journal,
                           const v1::RevokePairedRequest& request,
                           v1::RevokePairedResponse& response);

Result<void> pair_machine(pairing::Pairing& pairing, store::Store& store, Journal& journal,
                          const v1::PairRequest& request, v1::PairResponse& response);
// `serial` is of the certificate that the caller came with.
Result<void> renew_machine(pairing::Pairing& pairing, store::Store& store, Journal& journal,
                           const std::string& serial, const v1::RenewRequest& request,
                           v1::RenewResponse& response);

}  // namespace semafoor::rpc
