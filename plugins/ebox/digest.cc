// SPDX-License-Identifier: Apache-2.0
//
// SHA256_* are deprecated in OpenSSL 3 in favour of EVP, which would bring its providers, and their
// exit handlers, into the host. The plain functions are all that is wanted here, and use the
// processor's own instructions as well.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "plugins/ebox/digest.h"

#include <openssl/sha.h>

namespace semafoor::ebox {

struct Sha256::State {
  SHA256_CTX context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  SHA256_Init(&state_->context);
}

Sha256::~Sha256() = default;

void Sha256::add(std::span<const std::uint8_t> bytes) {
  SHA256_Update(&state_->context, bytes.data(), bytes.size());
}

std::string Sha256::finish() {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256_Final(digest, &state_->context);
  return {reinterpret_cast<const char*>(digest), sizeof digest};
}

}  // namespace semafoor::ebox
