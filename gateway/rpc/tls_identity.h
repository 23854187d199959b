// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor::rpc {

// The one name that callers on this machine expect; plugins/runtime/channel_source.cc has the
// other half. It is no name of the network's.
inline constexpr char kLocalName[] = "gateway.semafoor.internal";

// What the gateway is on loopback: a key that never leaves its memory, and its certificate.
struct TlsIdentity {
  std::string certificate_pem;
  std::string key_pem;
};

// A new one: P-256, signed by itself, for kLocalName only, good for server authentication and
// nothing else; it may sign no other certificate. Valid from an hour ago (clocks are set back) for
// `lifetime`. Error: "tls.identity".
Result<TlsIdentity> make_tls_identity(std::chrono::hours lifetime);

}  // namespace semafoor::rpc
