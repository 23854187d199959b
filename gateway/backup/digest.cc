// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/digest.h"

#include <openssl/evp.h>

#include <array>

namespace semafoor::backup {

struct Digest::State {
  struct Free {
    void operator()(EVP_MD_CTX* freed) const { EVP_MD_CTX_free(freed); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

Digest::Digest() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr);
}

Digest::~Digest() = default;

void Digest::add(const void* bytes, std::size_t size) {
  EVP_DigestUpdate(state_->context.get(), bytes, size);
}

std::string Digest::hex() {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(state_->context.get(), bytes.data(), &size);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[bytes.at(i) >> 4U];
    text += kDigits[bytes.at(i) & 0x0fU];
  }
  return text;
}

}  // namespace semafoor::backup
