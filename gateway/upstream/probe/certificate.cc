// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/probe/certificate.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "gateway/upstream/http/api_problem.h"

namespace semafoor::upstream::probe {
namespace {

std::string text_of(const ASN1_STRING* value) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, value);
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return shown_text(text);
}

std::string part_of(const X509_NAME* name, int nid) {
  const int at = X509_NAME_get_index_by_NID(name, nid, -1);
  if (at < 0) return {};
  return text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

std::string issuer_of(const X509* certificate) {
  const X509_NAME* name = X509_get_issuer_name(certificate);
  const std::string common = part_of(name, NID_commonName);
  std::string organisation = part_of(name, NID_organizationName);
  if (common.empty()) return organisation;
  return organisation.empty() ? common : common + " (" + organisation + ")";
}

std::string first_name_of(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) return text_of(name->d.dNSName);
  }
  return {};
}

std::int64_t seconds_of(const ASN1_TIME* time) {
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> epoch(ASN1_TIME_set(nullptr, 0),
                                                                    &ASN1_TIME_free);
  int days = 0;
  int seconds = 0;
  if (!epoch || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return 0;
  return std::int64_t{days} * 24 * 60 * 60 + seconds;
}

}  // namespace

std::optional<Certificate> read_certificate(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> read(
      bytes ? PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr) : nullptr, &X509_free);
  if (!read) return std::nullopt;
  Certificate certificate;
  certificate.subject = part_of(X509_get_subject_name(read.get()), NID_commonName);
  if (certificate.subject.empty()) certificate.subject = first_name_of(read.get());
  certificate.issuer = issuer_of(read.get());
  certificate.not_before_s = seconds_of(X509_get0_notBefore(read.get()));
  certificate.not_after_s = seconds_of(X509_get0_notAfter(read.get()));
  return certificate;
}

}  // namespace semafoor::upstream::probe
