// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/testing/identity.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "gateway/vault/evp_signer.h"

namespace semafoor::upstream::soap::testing {
namespace {

struct Freer {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
template <typename T>
using Owned = std::unique_ptr<T, Freer>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Owned<BIO> bio_over(const std::string& text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

}  // namespace

TestKey make_test_key(const std::string& name, const TestKey* issuer, int bits) {
  const Owned<EVP_PKEY> key(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)));
  const Owned<X509> certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  static long serial = 0;
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  std::time_t now = static_cast<std::time_t>(kNow / 1000);
  X509_time_adj_ex(X509_getm_notBefore(certificate.get()), 0, -3600, &now);
  X509_time_adj_ex(X509_getm_notAfter(certificate.get()), 0, 3600, &now);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_EXTENSION* constraints =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "CA:TRUE");
  X509_add_ext(certificate.get(), constraints, -1);
  X509_EXTENSION_free(constraints);
  if (issuer == nullptr) {
    X509_set_issuer_name(certificate.get(), subject);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
  } else {
    const Owned<X509> above(
        PEM_read_bio_X509(bio_over(issuer->certificate_pem).get(), nullptr, nullptr, nullptr));
    const Owned<EVP_PKEY> signs(
        PEM_read_bio_PrivateKey(bio_over(issuer->private_pem).get(), nullptr, nullptr, nullptr));
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(above.get()));
    X509_sign(certificate.get(), signs.get(), EVP_sha256());
  }
  const Owned<BIO> private_pem(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(private_pem.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                nullptr);
  const Owned<BIO> certificate_pem(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate_pem.get(), certificate.get());
  return {text_of(private_pem.get()), text_of(certificate_pem.get())};
}

X509Identity identity_of(const TestKey& key) {
  return {vault::make_evp_signer(vault::SecretBytes(key.private_pem), "test").value(),
          Certificate::read(key.certificate_pem).value()};
}

X509Identity make_test_identity(const std::string& name) {
  return identity_of(make_test_key(name));
}

}  // namespace semafoor::upstream::soap::testing
