// SPDX-License-Identifier: Apache-2.0
//
// The client's side, for tests only.
#pragma once

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/sandbox/content/digest.h"
#include "tests/sandbox/oauth/keys.h"

namespace semafoor::sandbox::oauth {

inline std::string sign(const std::string& private_pem, const std::string& text, bool es256) {
  std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
      BIO_new_mem_buf(private_pem.data(), static_cast<int>(private_pem.size())), BIO_free_all);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free);
  std::size_t size = 0;
  auto* data = reinterpret_cast<const unsigned char*>(text.data());
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
  EVP_DigestSign(context.get(), nullptr, &size, data, text.size());
  std::vector<unsigned char> signature(size);
  EVP_DigestSign(context.get(), signature.data(), &size, data, text.size());
  if (!es256) return {reinterpret_cast<char*>(signature.data()), size};
  const unsigned char* der = signature.data();
  std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
      d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size)), ECDSA_SIG_free);
  std::string raw(64, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + 32, 32);
  return raw;
}

inline std::string assertion(const std::string& private_pem, const nlohmann::json& header,
                             const nlohmann::json& claims, bool es256 = false) {
  auto text = content::base64url(header.dump()) + "." + content::base64url(claims.dump());
  return text + "." + content::base64url(sign(private_pem, text, es256));
}

inline std::string token_form(const std::string& assertion, const std::string& more = "") {
  return "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
         "client-assertion-type%3Ajwt-bearer&client_assertion=" +
         assertion + more;
}

}  // namespace semafoor::sandbox::oauth
