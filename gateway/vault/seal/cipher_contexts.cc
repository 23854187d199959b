// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/seal/cipher_contexts.h"

#include <stdexcept>
#include <utility>

namespace semafoor::vault {

CipherContexts::CipherContexts(const SecretBytes& key, Direction direction)
    : key_(key), direction_(direction), cipher_(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)) {
  if (!cipher_) throw std::runtime_error("OpenSSL has no AES-256-GCM.");
}

Owned<EVP_CIPHER_CTX> CipherContexts::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Owned<EVP_CIPHER_CTX> context = std::move(idle_.back());
      idle_.pop_back();
      return context;
    }
  }
  Owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
  if (context && EVP_CipherInit_ex2(context.get(), cipher_.get(),
                                    reinterpret_cast<const unsigned char*>(key_.data()), nullptr,
                                    direction_ == Direction::seal ? 1 : 0, nullptr) != 1)
    context.reset();
  return context;
}

void CipherContexts::give_back(Owned<EVP_CIPHER_CTX> context) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMost) idle_.push_back(std::move(context));
}

}  // namespace semafoor::vault
