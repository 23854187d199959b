// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/credentials/testing_material.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>

#include "gateway/vault/openssl_handles.h"

namespace semafoor::vault {
namespace {

std::string taken(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Owned<EVP_PKEY> key_in(const Material& material) {
  const Owned<BIO> in(
      BIO_new_mem_buf(material.key_pem.data(), static_cast<int>(material.key_pem.size())));
  return Owned<EVP_PKEY>(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
}

Owned<X509> certificate_in(const Material& material) {
  const Owned<BIO> in(BIO_new_mem_buf(material.certificate_pem.data(),
                                      static_cast<int>(material.certificate_pem.size())));
  return Owned<X509>(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
}

}  // namespace

Material make_test_material(const std::string& common_name, std::int64_t from_s, std::int64_t to_s,
                            bool rsa) {
  const Owned<EVP_PKEY> key(rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
  const Owned<X509> certificate(X509_new());
  if (!key || !certificate) throw std::runtime_error("no key for a test");
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), static_cast<long>(from_s));
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), static_cast<long>(to_s));
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const Owned<BIO> key_out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  const Owned<BIO> certificate_out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate_out.get(), certificate.get());
  return {.key_pem = SecretBytes(taken(key_out.get())),
          .certificate_pem = taken(certificate_out.get())};
}

std::string pkcs12_of(const Material& material, const std::string& passphrase) {
  const auto key = key_in(material);
  const auto certificate = certificate_in(material);
  const Owned<PKCS12> file(PKCS12_create(passphrase.c_str(), "test", key.get(), certificate.get(),
                                         nullptr, 0, 0, 0, 0, 0));
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  i2d_PKCS12_bio(out.get(), file.get());
  return taken(out.get());
}

std::string encrypted_pem_of(const Material& material, const std::string& passphrase) {
  const auto key = key_in(material);
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_256_cbc(), passphrase.c_str(),
                                static_cast<int>(passphrase.size()), nullptr, nullptr);
  return taken(out.get()) + material.certificate_pem;
}

}  // namespace semafoor::vault
