// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/certificate.h"

#include <openssl/err.h>

#include <array>

#include "gateway/domain/hex.h"
#include "gateway/vault/public_half.h"

namespace semafoor::vault {
namespace {

Error unreadable() {
  ERR_clear_error();
  return {.kind = ErrorKind::invalid_argument,
          .code = "vault.certificate_unreadable",
          .message = "Read a certificate: it is neither PEM nor DER. Bring it again."};
}

std::int64_t seconds_of(const ASN1_TIME* moment) {
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> epoch(ASN1_TIME_set(nullptr, 0),
                                                                    &ASN1_TIME_free);
  int days = 0;
  int seconds = 0;
  if (!epoch || ASN1_TIME_diff(&days, &seconds, epoch.get(), moment) != 1) return 0;
  return std::int64_t{days} * 86'400 + seconds;
}

std::string written(const X509_NAME* name) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Result<CertificateFacts> facts_of(const std::string& bytes) {
  const Owned<X509> certificate = certificate_of(bytes);
  if (!certificate) return unreadable();
  CertificateFacts facts;
  facts.subject = written(X509_get_subject_name(certificate.get()));
  facts.issuer = written(X509_get_issuer_name(certificate.get()));
  const Owned<BIGNUM> serial(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr));
  if (char* const text = serial ? BN_bn2hex(serial.get()) : nullptr) {
    facts.serial = text;
    OPENSSL_free(text);
  }
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size);
  facts.fingerprint = domain::to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
  facts.not_before_s = seconds_of(X509_get0_notBefore(certificate.get()));
  facts.not_after_s = seconds_of(X509_get0_notAfter(certificate.get()));
  return facts;
}

Result<void> verify_signature(const std::string& bytes, std::string_view algorithm,
                              std::string_view data, std::string_view signature) {
  const Owned<X509> certificate = certificate_of(bytes);
  if (!certificate) return unreadable();
  if (verifies(X509_get0_pubkey(certificate.get()), algorithm, data, signature)) return {};
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "vault.certificate_other_key",
               .message =
                   "Signed with the key, and verified with its certificate: they do not belong "
                   "together. Import the certificate that was made for this key."};
}

}  // namespace semafoor::vault
