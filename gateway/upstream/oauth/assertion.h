// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/vault/signer.h"

namespace semafoor::upstream {

// How long an assertion may be used. The authorization server's bound is not published; clients use
// 60 to 300 seconds (reference ebox-api 1.3). The shortest leaves least to a thief.
inline constexpr std::int64_t kAssertionLifetimeSeconds = 60;

// The signed JWT by which a client proves itself (RFC 7523 section 2.2, RFC 7515 compact form):
// iss = sub = client id, one audience, a fresh jti. No kid: the server knows the certificate from
// the registration (reference ebox-api 1.3).
Result<std::string> make_assertion(const std::string& client_id, const std::string& audience,
                                   std::int64_t now_unix_seconds, vault::Signer& signer);

}  // namespace semafoor::upstream
