// SPDX-License-Identifier: Apache-2.0
//
// AES-256-GCM with its key in place, kept for the next value: to make a context and to expand the
// key costs as much as to seal a record.
#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "gateway/vault/key_file.h"
#include "gateway/vault/openssl_handles.h"

namespace semafoor::vault {

// Each context is one thread's at a time, and OpenSSL wipes it when it goes. Safe from several
// threads.
class CipherContexts {
 public:
  enum class Direction { seal, open };
  // The key outlives the object. Throws std::runtime_error when OpenSSL has no such cipher.
  CipherContexts(const SecretBytes& key, Direction direction);

  // Needs a nonce; null when OpenSSL gives none.
  Owned<EVP_CIPHER_CTX> take();
  // One whose work succeeded. Who failed is not given back.
  void give_back(Owned<EVP_CIPHER_CTX> context);

 private:
  // As many as may be at work at once on an ordinary machine; further ones are made when needed.
  static constexpr std::size_t kMost = 16;

  const SecretBytes& key_;
  const Direction direction_;
  const Owned<EVP_CIPHER> cipher_;
  std::mutex mutex_;
  std::vector<Owned<EVP_CIPHER_CTX>> idle_;
};

}  // namespace semafoor::vault
