// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace semafoor::upstream::ebox21 {

// SHA-256 of what is added, piece by piece.
class DigestStream {
 public:
  DigestStream() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }

  void add(std::span<const std::byte> bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  }
  // 32 bytes; nothing is added after it.
  std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    return {reinterpret_cast<const char*>(digest.data()), size};
  }

 private:
  struct Freer {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Freer> context_{EVP_MD_CTX_new()};
};

}  // namespace semafoor::upstream::ebox21
