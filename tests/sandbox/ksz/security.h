// SPDX-License-Identifier: Apache-2.0
//
// WS-Security by the X.509 policy of the social security (helpcentre/soa/security_ws_x509): token,
// Timestamp of at most five minutes, signature over token, Timestamp and Body; exclusive c14n,
// SHA-256, RSA-SHA256. xmlsec verifies, so that a mistake of the gateway's own code is not made
// twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/sandbox/ksz/credentials.h"
#include "tests/sandbox/ksz/envelope.h"

namespace semafoor::sandbox::ksz {

inline constexpr std::int64_t kLongestLifeSeconds = 5 * 60;

// Whether the message says that it is signed.
bool has_security(const Envelope& envelope);
// The organisation whose registered certificate signed the message; nullopt with the reason in
// `why`. `now`: by the server's clock. Ids are registered in the document, so only once a message.
std::optional<std::string> verified_organisation(const Envelope& envelope,
                                                 const Credentials& credentials, std::int64_t now,
                                                 std::string& why);
// Whose certificate is in it, unverified: only to aim faults.
std::optional<std::string> claimed_organisation(const Envelope& envelope,
                                                const Credentials& credentials);

}  // namespace semafoor::sandbox::ksz
