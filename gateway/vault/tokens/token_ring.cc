// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "gateway/vault/public_half.h"
#include "gateway/vault/tokens/token.h"

namespace semafoor::vault::tokens {
namespace {

// The public half as OpenSSL has it: of the certificate, or what the token tells.
Owned<EVP_PKEY> public_half_of(const TokenKey& key) {
  if (const Owned<X509> certificate = certificate_of(key.certificate))
    return Owned<EVP_PKEY>(X509_get_pubkey(certificate.get()));
  const auto* at = reinterpret_cast<const unsigned char*>(key.public_key.data());
  return Owned<EVP_PKEY>(d2i_PUBKEY(nullptr, &at, static_cast<long>(key.public_key.size())));
}

class TokenSigner final : public Signer {
 public:
  TokenSigner(std::shared_ptr<Token> token, KeyPlace place, TokenKey key, Owned<EVP_PKEY> half,
              std::string_view algorithm)
      : token_(std::move(token)),
        place_(std::move(place)),
        key_(std::move(key)),
        half_(std::move(half)),
        algorithm_(algorithm) {}

  std::string_view algorithm() const override { return algorithm_; }
  Result<std::string> sign(std::string_view data) override {
    return token_->sign(place_, std::string(data));
  }
  Result<KeyFacts> describe() override {
    KeyFacts facts{.algorithm = std::string(algorithm_),
                   .bits = EVP_PKEY_get_bits(half_.get()),
                   .digest = digest_of(half_.get()),
                   .home = "token " + token_->settings().name,
                   .certificate = {}};
    if (auto certificate = facts_of(key_.certificate)) facts.certificate = std::move(*certificate);
    return facts;
  }
  Result<void> test() override { return try_signing(*this, half_.get()); }

 private:
  const std::shared_ptr<Token> token_;
  const KeyPlace place_;
  const TokenKey key_;
  const Owned<EVP_PKEY> half_;
  const std::string_view algorithm_;
};

class TokenRing final : public KeyRing {
 public:
  explicit TokenRing(std::vector<std::shared_ptr<Token>> tokens) : tokens_(std::move(tokens)) {}

  Result<std::shared_ptr<Signer>> signer(const std::string& key_name) override {
    const auto token = token_of(key_name);
    if (!token) return missing(key_name);
    const KeyPlace& place = token->settings().keys.at(key_name);
    auto key = token->look(place);
    if (!key) return std::move(key).error();
    Owned<EVP_PKEY> half = public_half_of(*key);
    if (!half)
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "vault.certificate_missing",
                   .message = "Looked for the public half of the key " + key_name +
                              " on its token: there is neither a certificate nor a public key "
                              "with the same id. Write its certificate to the token."};
    const auto algorithm = algorithm_of(half.get(), key_name);
    if (!algorithm) return algorithm.error();
    return std::shared_ptr<Signer>(
        std::make_shared<TokenSigner>(token, place, std::move(*key), std::move(half), *algorithm));
  }

  Result<std::string> certificate(const std::string& key_name) override {
    const auto token = token_of(key_name);
    if (!token) return missing(key_name);
    auto key = token->look(token->settings().keys.at(key_name));
    if (!key) return std::move(key).error();
    if (!key->certificate.empty()) return std::move(key->certificate);
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "vault.certificate_missing",
                 .message = "Looked for the certificate of the key " + key_name +
                            ": its token has none with the same id. Write it to the token."};
  }

  Result<std::shared_ptr<const SecretBytes>> password(const std::string& name) override {
    return missing(name);
  }

 private:
  static Error missing(const std::string& name) {
    return {.kind = ErrorKind::not_found,
            .code = "vault.token_unnamed",
            .message = "Looked for '" + name +
                       "' on the tokens: no [[keys.token]] names it in its keys. Name it there."};
  }
  std::shared_ptr<Token> token_of(const std::string& key_name) const {
    for (const auto& token : tokens_)
      if (token->settings().keys.contains(key_name)) return token;
    return nullptr;
  }

  const std::vector<std::shared_ptr<Token>> tokens_;
};

}  // namespace

std::shared_ptr<KeyRing> make_token_ring(std::vector<std::shared_ptr<Token>> tokens) {
  return std::make_shared<TokenRing>(std::move(tokens));
}

}  // namespace semafoor::vault::tokens
