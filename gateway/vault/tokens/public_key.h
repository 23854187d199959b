// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace semafoor::vault::tokens {

// SubjectPublicKeyInfo in DER of what a token tells of a public key; empty when it is none.

// Big-endian numbers.
std::string rsa_public_key(const std::string& modulus, const std::string& exponent);
// CKA_EC_POINT of P-256: an uncompressed point in an OCTET STRING, or bare, as some tokens have it.
std::string ec_public_key(const std::string& point);

}  // namespace semafoor::vault::tokens
