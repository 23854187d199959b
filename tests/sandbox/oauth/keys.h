// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace semafoor::sandbox::oauth {

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;

// PEM "PUBLIC KEY" or "CERTIFICATE"; RSA of at least 2048 bits or P-256. Otherwise nullptr and a
// sentence in `why`.
Key read_public_key(std::string_view pem, std::string& why);

struct KeyPair {
  // PKCS#8, not encrypted: for demonstrations and tests only.
  std::string private_pem;
  std::string public_pem;
};
KeyPair make_rsa_key_pair();
KeyPair make_p256_key_pair();

// RS256 (RSA key) or ES256 (P-256 key; `signature` is r and s, 64 bytes).
bool verify(EVP_PKEY* key, std::string_view algorithm, std::string_view text,
            std::string_view signature);

}  // namespace semafoor::sandbox::oauth
