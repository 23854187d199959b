// SPDX-License-Identifier: Apache-2.0
//
// Short forms for what this room needs of OpenSSL.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace semafoor::pairing {

template <auto Free>
struct With {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, With<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, With<X509_free>>;
using Request = std::unique_ptr<X509_REQ, With<X509_REQ_free>>;

// What a certificate says beside its key.
struct Saying {
  std::string common_name;
  std::int64_t not_before_s = 0;
  std::int64_t not_after_s = 0;
  struct Extension {
    int id;
    const char* value;
  };
  std::vector<Extension> extensions;
};

// Each gives null (or an empty text) when OpenSSL fails.
Key make_p256();
// Under a random serial number. `issuer` null: by itself.
Certificate certify(EVP_PKEY* subject_key, const Saying& saying, X509* issuer,
                    EVP_PKEY* issuer_key);
std::string pem_of(X509* certificate);
std::string pem_of(EVP_PKEY* key);
Certificate certificate_of(std::string_view pem);
Key key_of(std::string_view pem);
Request request_of(std::string_view pem);
// Hexadecimal, lower-case.
std::string serial_of(X509* certificate);
std::string fingerprint_of(X509* certificate);

}  // namespace semafoor::pairing
