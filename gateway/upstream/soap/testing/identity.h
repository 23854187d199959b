// SPDX-License-Identifier: Apache-2.0
//
// For tests: keys with certificates over them, made on the spot.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/upstream/soap/signing.h"

namespace semafoor::upstream::soap::testing {

// 28 November 2026, 12:00 UTC: the moment of every test.
inline constexpr std::int64_t kNow = 1'795'867'200'000;

struct TestKey {
  std::string private_pem;
  std::string certificate_pem;
};

// Self-signed, or signed by `issuer`; in force for an hour on each side of `kNow`.
TestKey make_test_key(const std::string& name, const TestKey* issuer = nullptr, int bits = 2048);

X509Identity identity_of(const TestKey& key);

// A new self-signed one.
X509Identity make_test_identity(const std::string& name);

}  // namespace semafoor::upstream::soap::testing
