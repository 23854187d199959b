// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"

namespace semafoor::vault {

struct CertificateFacts {
  // Distinguished names as RFC 2253 writes them.
  std::string subject;
  std::string issuer;
  // Hexadecimal.
  std::string serial;
  // SHA-256 of its DER, hexadecimal.
  std::string fingerprint;
  // Seconds since 1970 UTC.
  std::int64_t not_before_s = 0;
  std::int64_t not_after_s = 0;
};
// Of PEM or DER. "vault.certificate_unreadable".
Result<CertificateFacts> facts_of(const std::string& certificate);

// Whether the signature, in JOSE form as Signer gives it, is the certificate's key's over `data`.
// "vault.certificate_unreadable", "vault.certificate_other_key".
Result<void> verify_signature(const std::string& certificate, std::string_view algorithm,
                              std::string_view data, std::string_view signature);

}  // namespace semafoor::vault
