// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/oauth/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

#include "tests/sandbox/oauth/keys.h"

namespace semafoor::sandbox::oauth {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

constexpr long kDay = 86'400;
constexpr long kLifeDays = 730;

bool set_serial(X509* certificate) {
  std::array<unsigned char, 8> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  std::uint64_t number = 0;
  for (auto byte : bytes) number = number << 8 | byte;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1) == 1;
}

}  // namespace

Certificate read_certificate(std::string_view pem) {
  Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

std::string to_der(X509* certificate) {
  unsigned char* out = nullptr;
  int size = i2d_X509(certificate, &out);
  if (size <= 0) return "";
  std::string der(reinterpret_cast<char*>(out), static_cast<std::size_t>(size));
  OPENSSL_free(out);
  return der;
}

std::string make_self_signed(const std::string& private_pem, const std::string& name) {
  Bio in(BIO_new_mem_buf(private_pem.data(), static_cast<int>(private_pem.size())), BIO_free_all);
  Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  Certificate certificate(X509_new());
  const auto* common_name = reinterpret_cast<const unsigned char*>(name.c_str());
  auto* subject = certificate ? X509_get_subject_name(certificate.get()) : nullptr;
  Bio out(BIO_new(BIO_s_mem()), BIO_free_all);
  // Version 3, which is written as 2.
  if (!key || subject == nullptr || X509_set_version(certificate.get(), 2) != 1 ||
      !set_serial(certificate.get()) ||
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, common_name, -1, -1, 0) != 1 ||
      X509_set_issuer_name(certificate.get(), subject) != 1 ||
      X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay) == nullptr ||
      X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kLifeDays * kDay) == nullptr ||
      X509_set_pubkey(certificate.get(), key.get()) != 1 ||
      X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0 ||
      PEM_write_bio_X509(out.get(), certificate.get()) != 1) {
    ERR_clear_error();
    throw std::runtime_error("OpenSSL could not make a certificate for " + name +
                             "; a name has at most 64 characters");
  }
  char* data = nullptr;
  auto size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace semafoor::sandbox::oauth
