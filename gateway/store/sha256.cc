// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "gateway/domain/hex.h"

namespace semafoor::store {
namespace {

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr);
}

Sha256::~Sha256() = default;

void Sha256::add(std::span<const std::byte> bytes) {
  EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size());
}

std::string Sha256::hex() const {
  const std::unique_ptr<EVP_MD_CTX, Free> copy(EVP_MD_CTX_new());
  EVP_MD_CTX_copy_ex(copy.get(), state_->context.get());
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int count = 0;
  EVP_DigestFinal_ex(copy.get(), bytes.data(), &count);
  return domain::to_hex({reinterpret_cast<const char*>(bytes.data()), count});
}

std::string digest_bytes(std::string_view hex) {
  return hex.size() == 64 ? domain::from_hex(hex).value_or("") : "";
}

}  // namespace semafoor::store
