// SPDX-License-Identifier: Apache-2.0
//
// Timestamps of RFC 3161: an authority's signed word that bytes existed at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"

namespace semafoor::audit {

// A question (DER) about the SHA-256 of `bytes`, with a nonce, and for the authority's certificate.
Result<std::string> timestamp_request(std::string_view bytes);

// The time (milliseconds since 1970 UTC) that `answer` (DER) gives `bytes`, signed for timestamping
// under a certificate of `ca` (PEM) that was valid then. "audit.timestamp_refused": the authority
// gave none; "audit.timestamp_invalid"; "audit.timestamp_ca".
Result<std::int64_t> check_timestamp(const std::string& answer, std::string_view bytes,
                                     const std::string& ca);
// The same, and that it answers this `request`.
Result<std::int64_t> check_timestamp_answer(const std::string& answer, const std::string& request,
                                            std::string_view bytes, const std::string& ca);

}  // namespace semafoor::audit
