// SPDX-License-Identifier: Apache-2.0
//
// WS-Security by the X.509 policy of the social security (helpcentre/soa/security_ws_x509): a
// BinarySecurityToken, a Timestamp that lives five minutes at most, and a signature over token,
// timestamp and Body; exclusive c14n, SHA-256, RSA-SHA256. Why this is not xmlsec: README.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/upstream/soap/certificate.h"
#include "gateway/vault/signer.h"

namespace semafoor::upstream::soap {

inline constexpr std::int64_t kLongestLifeMs = 5 * 60 * 1000;

// A key of the vault, and the certificate over it.
struct X509Identity {
  std::shared_ptr<vault::Signer> signer;
  Certificate certificate;
};

// The envelope around `payload` (XML of xml::Writer), signed at `now_ms`. What the key signed is
// checked with the certificate before anything leaves: a message that no receiver can verify, and
// one whose signature was computed wrongly and so tells of the key, both stay here.
// "soap.key_unsuitable" (not RSA), "soap.certificate_mismatch", "soap.certificate_expired", what
// the signer says.
Result<std::string> signed_envelope(const X509Identity& identity, std::string_view payload,
                                    std::int64_t now_ms, std::int64_t life_ms = kLongestLifeMs);

}  // namespace semafoor::upstream::soap
