// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/domain/result.h"

namespace semafoor::upstream::ebox3 {

// For every operation of dialect 3 of which neither path nor body is known: replying, statistics
// (the summary), searching, body and payment data of a message, message actions, moving to a
// partition, changing visibility, senders and logos of the reference data (reference ebox-api 2.5).
// Nothing is sent: an invented request could have an effect. `what`: "Replying to a message".
inline Error not_established(const std::string& what) {
  return Error{.kind = ErrorKind::unimplemented,
               .code = "upstream.not_established",
               .message = what +
                          " at an e-Box provider that speaks 3: how that is asked is not "
                          "established, because the contract is not public. Use the portal of the "
                          "e-Box."};
}

}  // namespace semafoor::upstream::ebox3
