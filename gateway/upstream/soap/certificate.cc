// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <ctime>
#include <utility>

namespace semafoor::upstream::soap {
namespace {

struct Freer {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};
template <typename T>
using Owned = std::unique_ptr<T, Freer>;

constexpr int kShortestKey = 2048;

Error unsuitable(const std::string& what) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "soap.certificate_unsuitable",
               .message = "Reading an X.509 certificate: " + what +
                          ". Use one over an RSA key of 2048 bits or more"};
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<Certificate> Certificate::read(std::string_view pem_or_der) {
  X509* raw = nullptr;
  if (pem_or_der.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos) {
    const Owned<BIO> bio(BIO_new_mem_buf(pem_or_der.data(), static_cast<int>(pem_or_der.size())));
    raw = bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr;
  } else {
    const unsigned char* at = bytes_of(pem_or_der);
    raw = d2i_X509(nullptr, &at, static_cast<long>(pem_or_der.size()));
    if (raw != nullptr && at != bytes_of(pem_or_der) + pem_or_der.size()) {
      X509_free(raw);
      raw = nullptr;
    }
  }
  ERR_clear_error();
  if (raw == nullptr) return unsuitable("it is neither PEM nor DER of a certificate");
  std::shared_ptr<x509_st> certificate(raw, X509_free);
  const EVP_PKEY* key = X509_get0_pubkey(raw);
  ERR_clear_error();
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
    return unsuitable("its key is not RSA");
  }
  if (EVP_PKEY_get_bits(key) < kShortestKey) return unsuitable("its key is too short");
  unsigned char* encoded = nullptr;
  const int size = i2d_X509(raw, &encoded);
  if (size <= 0) return unsuitable("it has no DER form");
  std::string der(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
  OPENSSL_free(encoded);
  return Certificate(std::move(certificate), std::move(der));
}

bool Certificate::is_in_force(std::int64_t now_ms) const {
  std::time_t now = static_cast<std::time_t>(now_ms / 1000);
  return X509_cmp_time(X509_get0_notBefore(certificate_.get()), &now) < 0 &&
         X509_cmp_time(X509_get0_notAfter(certificate_.get()), &now) > 0;
}

bool Certificate::verifies(std::string_view data, std::string_view signature) const {
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  EVP_PKEY* key = X509_get0_pubkey(certificate_.get());
  const bool holds =
      context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(data),
                       data.size()) == 1;
  ERR_clear_error();
  return holds;
}

Result<void> Certificate::check_trust(const std::vector<Certificate>& anchors,
                                      std::int64_t now_ms) const {
  const Owned<X509_STORE> store(X509_STORE_new());
  const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
  std::string why = "out of memory";
  if (store && context) {
    for (const Certificate& anchor : anchors) {
      X509_STORE_add_cert(store.get(), anchor.certificate_.get());
    }
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    X509_STORE_CTX_init(context.get(), store.get(), certificate_.get(), nullptr);
    X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context.get()),
                               static_cast<std::time_t>(now_ms / 1000));
    const bool trusted = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    if (trusted) return {};
    why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
  }
  return Error{.kind = ErrorKind::unauthenticated,
               .code = "soap.certificate_untrusted",
               .message = "Verifying a SOAP message: its certificate is not trusted (" + why +
                          "). If it is the right one, add it or its issuer to the certificates "
                          "that are trusted for signed messages"};
}

}  // namespace semafoor::upstream::soap
