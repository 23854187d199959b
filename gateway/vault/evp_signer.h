// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/vault/key_file.h"
#include "gateway/vault/signer.h"

namespace semafoor::vault {

// A signer over one PEM private key: RSA of 2048 bits or more signs RS256, P-256 signs ES256
// (RFC 7518 sections 3.3 and 3.4; the two algorithms that the Belgif security guide allows and
// OpenSSL's PEM keys offer). `shown_name` is what errors call the key.
// "vault.key_unreadable" for a passphrase, "vault.key_unsuitable" for everything else.
Result<std::shared_ptr<Signer>> make_evp_signer(const SecretBytes& pem,
                                                const std::string& shown_name);

}  // namespace semafoor::vault
