// SPDX-License-Identifier: Apache-2.0
//
// What this room does with the public half of a key, and with signatures by it.
#pragma once

#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/vault/openssl_handles.h"
#include "gateway/vault/signer.h"

namespace semafoor::vault {

// PEM or DER; null when it is neither.
Owned<X509> certificate_of(std::string_view bytes);

// What may sign: "RS256" for RSA of 2048 bits or more, "ES256" for P-256 (RFC 7518 sections 3.3 and
// 3.4; the two that the Belgif security guide allows and that keys here offer).
// "vault.key_unsuitable": `shown_name` is what the message calls the key.
Result<std::string_view> algorithm_of(EVP_PKEY* key, const std::string& shown_name);

// SHA-256 of its SubjectPublicKeyInfo (DER), hexadecimal; empty when it has none.
std::string digest_of(EVP_PKEY* key);

// JOSE wants r and s side by side, each 32 bytes (RFC 7518 section 3.4); OpenSSL gives DER.
// "vault.sign_failed".
Result<std::string> to_jose(std::string_view der);

// Whether the signature, in JOSE form, is this key's over `data`.
bool verifies(EVP_PKEY* key, std::string_view algorithm, std::string_view data,
              std::string_view signature);

// Signs something nobody could have foreseen, and verifies it with `key`. Errors of the signer;
// "vault.other_half": they do not belong together; "vault.no_randomness".
Result<void> try_signing(Signer& signer, EVP_PKEY* key);

}  // namespace semafoor::vault
