// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"

// OpenSSL's own name.
struct x509_st;

namespace semafoor::upstream::soap {

// An X.509 certificate over an RSA key of 2048 bits or more: the X.509 policy of the social
// security signs with RSA-SHA256. Cheap to copy; safe from several threads.
class Certificate {
 public:
  // PEM (the first certificate in it) or DER. "soap.certificate_unsuitable".
  static Result<Certificate> read(std::string_view pem_or_der);

  const std::string& der() const { return der_; }
  bool is_in_force(std::int64_t now_ms) const;
  // RSASSA-PKCS1-v1_5 with SHA-256 over `data`.
  bool verifies(std::string_view data, std::string_view signature) const;

  // Whether it is one of `anchors` or leads to one of them, at `now_ms`. An anchor may be a root,
  // an issuer in between, or the certificate itself. "soap.certificate_untrusted".
  Result<void> check_trust(const std::vector<Certificate>& anchors, std::int64_t now_ms) const;

 private:
  Certificate(std::shared_ptr<x509_st> certificate, std::string der)
      : certificate_(std::move(certificate)), der_(std::move(der)) {}

  std::shared_ptr<x509_st> certificate_;
  std::string der_;
};

}  // namespace semafoor::upstream::soap
