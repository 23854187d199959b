// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/seal/nonce_store.h"

#include <openssl/rand.h>

#include <stdexcept>

#include "gateway/vault/seal/fork_count.h"

namespace semafoor::vault {

Nonce NonceStore::take() {
  const std::lock_guard lock(mutex_);
  // What was drawn before a fork is the parent's too.
  const std::uint64_t forks = fork_count();
  if (left_ == 0 || forks != forks_) {
    left_ = 0;
    if (RAND_bytes(drawn_.front().data(), static_cast<int>(sizeof drawn_)) != 1)
      throw std::runtime_error("The system gave no random bytes.");
    left_ = kMost;
    forks_ = forks;
  }
  return drawn_[--left_];
}

}  // namespace semafoor::vault
