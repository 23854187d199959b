// SPDX-License-Identifier: Apache-2.0
//
// Says whether an envelope is what the holder of a trusted certificate signed, now. For signed
// answers, and for whoever plays the upstream.
#pragma once

#include <cstdint>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/soap/certificate.h"
#include "gateway/upstream/soap/envelope.h"

namespace semafoor::upstream::soap {

struct VerifyPolicy {
  // Certificates of signers, or of their issuers.
  std::vector<Certificate> trusted;
  // How far the two clocks may be apart.
  std::int64_t skew_ms = 60'000;
};

struct Verified {
  Certificate certificate;
  // Milliseconds since 1970 UTC.
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;
};

// The Body that is vouched for is `envelope.body` and no other element: references are resolved by
// wsu:Id to exactly one element, and token, timestamp and Body must be among them, at their own
// places. A second message with the same signature within its life is not noticed.
//
// "soap.not_signed", "soap.signature_several", "soap.signature_malformed",
// "soap.signature_algorithm", "soap.id_duplicate", "soap.signature_wrapping", "soap.body_unsigned",
// "soap.timestamp_unsigned", "soap.token_unsigned", "soap.digest_wrong", "soap.signature_wrong",
// "soap.certificate_unsuitable", "soap.certificate_untrusted", "soap.timestamp_malformed",
// "soap.timestamp_expired".
Result<Verified> verify(const Envelope& envelope, const VerifyPolicy& policy, std::int64_t now_ms);

}  // namespace semafoor::upstream::soap
