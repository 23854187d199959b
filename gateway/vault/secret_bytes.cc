// SPDX-License-Identifier: Apache-2.0
#include <openssl/crypto.h>

#include "gateway/vault/key_file.h"

namespace semafoor::vault {

SecretBytes::~SecretBytes() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

}  // namespace semafoor::vault
