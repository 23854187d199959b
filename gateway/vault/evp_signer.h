// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/vault/key_file.h"
#include "gateway/vault/signer.h"

namespace semafoor::vault {

// A signer over one PEM private key (public_half.h says which may sign). `shown_name` is what
// errors call the key; `home` and `certificate` (PEM or DER, empty for none) are what it describes
// itself with. "vault.key_unreadable" for a passphrase, "vault.key_unsuitable" for everything else.
Result<std::shared_ptr<Signer>> make_evp_signer(const SecretBytes& pem,
                                                const std::string& shown_name,
                                                const std::string& home = {},
                                                const std::string& certificate = {});

}  // namespace semafoor::vault
