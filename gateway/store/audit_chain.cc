// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/audit_chain.h"

#include <openssl/evp.h>

#include <stdexcept>

namespace semafoor::store {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

}  // namespace

// Fetched once: EVP_sha256() is looked up again at every use.
struct AuditHasher::State {
  std::unique_ptr<EVP_MD, FreeDigest> digest{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
};

AuditHasher::AuditHasher() : state_(std::make_unique<State>()) {
  if (!state_->digest || !state_->context ||
      EVP_DigestInit_ex2(state_->context.get(), state_->digest.get(), nullptr) != 1)
    throw std::runtime_error("OpenSSL gave no SHA-256.");
}

AuditHasher::~AuditHasher() = default;

AuditHash AuditHasher::next(std::string_view before, std::string_view record) {
  EVP_MD_CTX* const context = state_->context.get();
  AuditHash hash{};
  if (EVP_DigestInit_ex2(context, nullptr, nullptr) != 1 ||
      EVP_DigestUpdate(context, before.data(), before.size()) != 1 ||
      EVP_DigestUpdate(context, record.data(), record.size()) != 1 ||
      EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(hash.data()), nullptr) != 1)
    throw std::runtime_error("OpenSSL computed no SHA-256.");
  return hash;
}

AuditHash audit_chain_start(std::string_view org) {
  return AuditHasher().next("semafoor audit 1:", org);
}

}  // namespace semafoor::store
