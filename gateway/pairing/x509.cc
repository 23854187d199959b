// SPDX-License-Identifier: Apache-2.0
#include "gateway/pairing/x509.h"

#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>

#include "gateway/domain/hex.h"

namespace semafoor::pairing {
namespace {

using Memory = std::unique_ptr<BIO, With<BIO_free_all>>;

Memory reading(std::string_view text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_in(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

// There is nobody to ask for the passphrase of a file that has one.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

// Positive, of 16 bytes, and never again the same.
bool set_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
  return ASN1_STRING_set(X509_get_serialNumber(certificate), bytes.data(),
                         static_cast<int>(bytes.size())) == 1;
}

bool add_extension(X509* certificate, X509* issuer, const Saying::Extension& wanted) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, With<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, wanted.id, wanted.value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_time(ASN1_TIME* time, std::int64_t seconds) {
  return ASN1_TIME_set(time, static_cast<std::time_t>(seconds)) != nullptr;
}

}  // namespace

Key make_p256() {
  return Key(EVP_EC_gen("P-256"));
}

Certificate certify(EVP_PKEY* subject_key, const Saying& saying, X509* issuer,
                    EVP_PKEY* issuer_key) {
  Certificate made(X509_new());
  if (!made) return nullptr;
  X509_NAME* const name = X509_get_subject_name(made.get());
  X509* const by = issuer == nullptr ? made.get() : issuer;
  bool fine =
      X509_set_version(made.get(), X509_VERSION_3) == 1 && set_serial(made.get()) &&
      set_time(X509_getm_notBefore(made.get()), saying.not_before_s) &&
      set_time(X509_getm_notAfter(made.get()), saying.not_after_s) &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(saying.common_name.c_str()),
                                 -1, -1, 0) == 1 &&
      X509_set_issuer_name(made.get(), X509_get_subject_name(by)) == 1 &&
      X509_set_pubkey(made.get(), subject_key) == 1;
  for (const auto& extension : saying.extensions)
    fine = fine && add_extension(made.get(), by, extension);
  if (!fine || X509_sign(made.get(), issuer_key, EVP_sha256()) == 0) return nullptr;
  return made;
}

std::string pem_of(X509* certificate) {
  const Memory memory(BIO_new(BIO_s_mem()));
  return memory && PEM_write_bio_X509(memory.get(), certificate) == 1 ? text_in(memory.get()) : "";
}

std::string pem_of(EVP_PKEY* key) {
  const Memory memory(BIO_new(BIO_s_secmem()));
  return memory && PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr,
                                            nullptr) == 1
             ? text_in(memory.get())
             : "";
}

Certificate certificate_of(std::string_view pem) {
  return Certificate(PEM_read_bio_X509(reading(pem).get(), nullptr, no_passphrase, nullptr));
}

Key key_of(std::string_view pem) {
  return Key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_passphrase, nullptr));
}

Request request_of(std::string_view pem) {
  return Request(PEM_read_bio_X509_REQ(reading(pem).get(), nullptr, no_passphrase, nullptr));
}

std::string serial_of(X509* certificate) {
  const ASN1_INTEGER* const serial = X509_get0_serialNumber(certificate);
  return domain::to_hex({reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                         static_cast<std::size_t>(ASN1_STRING_length(serial))});
}

std::string fingerprint_of(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  return domain::to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace semafoor::pairing
