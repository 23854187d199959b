// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/evp_signer.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>

#include "gateway/vault/public_half.h"

namespace semafoor::vault {
namespace {

class EvpSigner final : public Signer {
 public:
  EvpSigner(Owned<EVP_PKEY> key, std::string_view algorithm, std::string home,
            std::string certificate)
      : key_(std::move(key)),
        algorithm_(algorithm),
        home_(std::move(home)),
        certificate_(std::move(certificate)) {}

  std::string_view algorithm() const override { return algorithm_; }

  Result<std::string> sign(std::string_view data) override {
    // A context per call: the key is only read, so that several threads may sign at once.
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
    std::size_t size = 0;
    if (!context ||
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes, data.size()) != 1) {
      return failed();
    }
    std::string signature(size, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       bytes, data.size()) != 1) {
      return failed();
    }
    signature.resize(size);
    return algorithm_ == "ES256" ? to_jose(signature) : std::move(signature);
  }

  Result<KeyFacts> describe() override {
    KeyFacts facts{.algorithm = std::string(algorithm_),
                   .bits = EVP_PKEY_get_bits(key_.get()),
                   .digest = digest_of(key_.get()),
                   .home = home_,
                   .certificate = {}};
    if (auto certificate = facts_of(certificate_)) facts.certificate = std::move(*certificate);
    return facts;
  }

  Result<void> test() override {
    const Owned<X509> certificate = certificate_of(certificate_);
    return try_signing(*this, certificate ? X509_get0_pubkey(certificate.get()) : key_.get());
  }

 private:
  static Error failed() {
    ERR_clear_error();
    return Error{.kind = ErrorKind::internal,
                 .code = "vault.sign_failed",
                 .message =
                     "Signing with a key of the vault failed inside OpenSSL. Check that the "
                     "private key is complete: openssl pkey -check -in <file>."};
  }

  const Owned<EVP_PKEY> key_;
  const std::string_view algorithm_;
  const std::string home_;
  const std::string certificate_;
};

int refuse_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

}  // namespace

Result<std::shared_ptr<Signer>> make_evp_signer(const SecretBytes& pem,
                                                const std::string& shown_name,
                                                const std::string& home,
                                                const std::string& certificate) {
  bool asked = false;
  Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Owned<EVP_PKEY> key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_passphrase, &asked)
                          : nullptr);
  ERR_clear_error();
  if (!key && asked) {
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "vault.key_unreadable",
                 .message = "Loading the key '" + shown_name +
                            "': it is protected by a passphrase, which the gateway does not have. "
                            "Import it into the vault (semafoorctl credentials import), which "
                            "asks for the passphrase once."};
  }
  if (!key)
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "vault.key_unsuitable",
                 .message = "Loading the key '" + shown_name +
                            "': the file holds no PEM private key. Use an RSA key of 2048 bits or "
                            "more, or an EC key on P-256, as an unencrypted PEM private key."};
  const auto algorithm = algorithm_of(key.get(), shown_name);
  if (!algorithm) return algorithm.error();
  return std::shared_ptr<Signer>(
      std::make_shared<EvpSigner>(std::move(key), *algorithm, home, certificate));
}

}  // namespace semafoor::vault
