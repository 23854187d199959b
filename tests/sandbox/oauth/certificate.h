// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace semafoor::sandbox::oauth {

struct X509Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, X509Free>;

// nullptr when it is none.
Certificate read_certificate(std::string_view pem);
std::string to_der(X509* certificate);

// PEM of a certificate over this key (PKCS#8 PEM), signed by itself, in force from a day ago for
// two years. For demonstrations and tests. Throws std::runtime_error.
std::string make_self_signed(const std::string& private_pem, const std::string& name);

}  // namespace semafoor::sandbox::oauth
