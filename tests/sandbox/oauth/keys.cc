// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/oauth/keys.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <stdexcept>

namespace semafoor::sandbox::oauth {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_p256(EVP_PKEY* key) {
  char name[64] = "";
  std::size_t size = 0;
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, name, sizeof name, &size) == 1 &&
         std::string_view(name) == "prime256v1";
}

std::string contents(BIO* bio) {
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

KeyPair to_pem(Key key) {
  if (!key) throw std::runtime_error("OpenSSL could not make a key pair");
  Bio secret(BIO_new(BIO_s_mem()), BIO_free_all);
  Bio open(BIO_new(BIO_s_mem()), BIO_free_all);
  if (PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1 ||
      PEM_write_bio_PUBKEY(open.get(), key.get()) != 1) {
    throw std::runtime_error("OpenSSL could not write the key pair as PEM");
  }
  return {contents(secret.get()), contents(open.get())};
}

// JWS carries r and s side by side (RFC 7518 section 3.4), OpenSSL wants the ASN.1 of both.
std::string to_der(std::string_view raw) {
  std::string der;
  auto* signature = ECDSA_SIG_new();
  auto* r = BN_bin2bn(bytes(raw), 32, nullptr);
  auto* s = BN_bin2bn(bytes(raw.substr(32)), 32, nullptr);
  ECDSA_SIG_set0(signature, r, s);
  unsigned char* out = nullptr;
  int size = i2d_ECDSA_SIG(signature, &out);
  if (size > 0) der.assign(reinterpret_cast<char*>(out), static_cast<std::size_t>(size));
  OPENSSL_free(out);
  ECDSA_SIG_free(signature);
  return der;
}

}  // namespace

Key read_public_key(std::string_view pem, std::string& why) {
  Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
  Key key;
  if (pem.find("BEGIN CERTIFICATE") != std::string_view::npos) {
    std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
    if (certificate) key.reset(X509_get_pubkey(certificate.get()));
  } else if (pem.find("PRIVATE KEY") == std::string_view::npos) {
    key.reset(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  } else {
    why = "this is a private key; register the public one, and keep the private one to yourself";
    return nullptr;
  }
  if (!key) {
    why = "neither a PEM public key nor a PEM certificate";
    return nullptr;
  }
  bool rsa = EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA;
  if (rsa && EVP_PKEY_get_bits(key.get()) < 2048) {
    why = "the RSA key is shorter than 2048 bits";
    return nullptr;
  }
  if (!rsa && !is_p256(key.get())) {
    why = "the key is neither RSA nor of the curve P-256";
    return nullptr;
  }
  return key;
}

KeyPair make_rsa_key_pair() {
  return to_pem(Key(EVP_RSA_gen(2048)));
}
KeyPair make_p256_key_pair() {
  return to_pem(Key(EVP_EC_gen("P-256")));
}

bool verify(EVP_PKEY* key, std::string_view algorithm, std::string_view text,
            std::string_view signature) {
  std::string der;
  if (algorithm == "RS256") {
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return false;
  } else if (algorithm == "ES256") {
    if (!is_p256(key) || signature.size() != 64) return false;
    der = to_der(signature);
    signature = der;
  } else {
    return false;
  }
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                          text.size()) == 1;
}

}  // namespace semafoor::sandbox::oauth
