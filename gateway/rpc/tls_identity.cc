// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/tls_identity.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>

namespace semafoor::rpc {
namespace {

template <auto Free>
struct With {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, With<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, With<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, With<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, With<BIO_free_all>>;

bool add_extension(X509* certificate, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Random, positive, and not zero.
bool set_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
  ASN1_INTEGER* const serial = X509_get_serialNumber(certificate);
  return ASN1_STRING_set(serial, bytes.data(), static_cast<int>(bytes.size())) == 1;
}

bool fill(X509* certificate, EVP_PKEY* key, std::chrono::hours lifetime) {
  constexpr long kHour = 3600;
  X509_NAME* const name = X509_get_subject_name(certificate);
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -kHour) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), static_cast<int>(lifetime.count() / 24),
                          static_cast<long>(lifetime.count() % 24) * kHour, nullptr) != nullptr &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>(kLocalName), -1, -1,
                                    0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_alt_name, std::string("DNS:") + kLocalName) &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

std::string text_in(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

Result<TlsIdentity> make_tls_identity(std::chrono::hours lifetime) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  const Memory certificate_text(BIO_new(BIO_s_mem()));
  // Its bytes are wiped when it goes.
  const Memory key_text(BIO_new(BIO_s_secmem()));
  if (!key || !certificate || !certificate_text || !key_text ||
      !fill(certificate.get(), key.get(), lifetime) ||
      PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1)
    return Error{ErrorKind::internal, "tls.identity",
                 "A key and a certificate for callers on this machine were to be made; the "
                 "cryptographic library could not. Check the system's memory and randomness."};
  return TlsIdentity{.certificate_pem = text_in(certificate_text.get()),
                     .key_pem = text_in(key_text.get())};
}

}  // namespace semafoor::rpc
