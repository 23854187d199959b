// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/evp_signer.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>

#include <utility>
#include <vector>

namespace semafoor::vault {
namespace {

struct Freer {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
template <typename T>
using Owned = std::unique_ptr<T, Freer>;

constexpr int kCoordinateBytes = 32;  // P-256

Error unsuitable(const std::string& shown_name, const std::string& what) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "vault.key_unsuitable",
               .message = "Loading the key '" + shown_name + "': " + what +
                          ". Use an RSA key of 2048 bits or more, or an EC key on P-256, as an "
                          "unencrypted PEM private key."};
}

// JOSE wants r and s side by side, each 32 bytes (RFC 7518 section 3.4); OpenSSL gives DER.
Result<std::string> to_jose(const std::vector<unsigned char>& der) {
  const unsigned char* cursor = der.data();
  const Owned<ECDSA_SIG> signature(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size())));
  std::string jose(2 * kCoordinateBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(jose.data());
  if (!signature ||
      BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, kCoordinateBytes) != kCoordinateBytes ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + kCoordinateBytes, kCoordinateBytes) !=
          kCoordinateBytes) {
    return Error{.kind = ErrorKind::internal,
                 .code = "vault.sign_failed",
                 .message = "Signing: the signature could not be written in JOSE form."};
  }
  return jose;
}

class EvpSigner final : public Signer {
 public:
  EvpSigner(Owned<EVP_PKEY> key, bool rsa) : key_(std::move(key)), rsa_(rsa) {}

  std::string_view algorithm() const override { return rsa_ ? "RS256" : "ES256"; }

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
    std::vector<unsigned char> signature(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, bytes, data.size()) != 1) {
      return failed();
    }
    signature.resize(size);
    if (!rsa_) return to_jose(signature);
    return std::string(signature.begin(), signature.end());
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

  Owned<EVP_PKEY> key_;
  bool rsa_;
};

int refuse_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

}  // namespace

Result<std::shared_ptr<Signer>> make_evp_signer(const SecretBytes& pem,
                                                const std::string& shown_name) {
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
                            "Store it without one (openssl pkey), readable by the account of the "
                            "gateway only."};
  }
  if (!key) return unsuitable(shown_name, "the file holds no PEM private key");

  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_RSA:
      if (EVP_PKEY_get_bits(key.get()) < 2048) {
        return unsuitable(shown_name, "it is an RSA key of " +
                                          std::to_string(EVP_PKEY_get_bits(key.get())) +
                                          " bits, which is too short");
      }
      return std::shared_ptr<Signer>(std::make_shared<EvpSigner>(std::move(key), true));
    case EVP_PKEY_EC: {
      char group[64] = {};
      std::size_t length = 0;
      if (EVP_PKEY_get_group_name(key.get(), group, sizeof group, &length) != 1 ||
          OBJ_txt2nid(group) != NID_X9_62_prime256v1) {
        return unsuitable(shown_name, "it is an EC key on another curve than P-256");
      }
      return std::shared_ptr<Signer>(std::make_shared<EvpSigner>(std::move(key), false));
    }
    default:
      return unsuitable(shown_name, "it is neither an RSA nor an EC key");
  }
}

}  // namespace semafoor::vault
