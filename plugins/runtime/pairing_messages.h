// SPDX-License-Identifier: Apache-2.0
//
// The few messages of semafoor.v1.Pairing that the runtime speaks itself, as bytes: it holds no
// Protobuf. pairing_messages_test.cc holds them against the real ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace semafoor::runtime {

// semafoor.v1.PairRequest and RenewRequest.
std::string pair_request(std::string_view code, std::string_view certificate_request);
std::string renew_request(std::string_view certificate_request);

// semafoor.v1.PairedCertificate.
struct PairedCertificate {
  std::string certificate;
  std::string authority;
  std::int64_t expires_ms = 0;
  std::int64_t renew_from_ms = 0;
};
// Of a PairResponse or a RenewResponse, which look the same; empty when it cannot be read.
std::optional<PairedCertificate> paired_certificate(std::string_view response);

// "code" of a semafoor.v1.ErrorDetail; empty when it cannot be read.
std::string error_code(std::string_view details);

}  // namespace semafoor::runtime
