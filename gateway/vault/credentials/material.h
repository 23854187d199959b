// SPDX-License-Identifier: Apache-2.0
//
// What an administrator brings: a private key with its certificate, in the forms in which
// authorities and programs hand them out.
#pragma once

#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/vault/certificate.h"
#include "gateway/vault/key_file.h"

namespace semafoor::vault {

struct Material {
  // An unencrypted PEM private key, as make_evp_signer() takes it.
  SecretBytes key_pem;
  // The certificate over it, PEM; empty when none came with it.
  std::string certificate_pem;
};

// PKCS#12 (RFC 7292), or PEM with a key and, before or behind it, its certificate and that one's
// issuers. `passphrase` opens the file; empty for one without. `certificate` is PEM or DER, for a
// certificate in a file of its own; empty otherwise. Of several certificates the one over the key
// counts.
//
// "vault.material_unreadable": neither form. "vault.passphrase_wrong". "vault.key_unsuitable": no
// key that may sign. "vault.certificate_other_key": the certificate is over another key.
Result<Material> read_material(std::string_view bytes, const SecretBytes& passphrase,
                               std::string_view certificate);

// SHA-256 of the key's public half (SubjectPublicKeyInfo, DER), hexadecimal: the same for a key and
// for a certificate over it.
Result<std::string> public_key_digest(const SecretBytes& key_pem);

}  // namespace semafoor::vault
