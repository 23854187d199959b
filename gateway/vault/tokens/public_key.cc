// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/tokens/public_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include <memory>
#include <string_view>

#include "gateway/vault/openssl_handles.h"

namespace semafoor::vault::tokens {
namespace {

constexpr std::size_t kPointBytes = 65;

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string der_of(const char* kind, OSSL_PARAM_BLD* build) {
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters(
      OSSL_PARAM_BLD_to_param(build), &OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr), &EVP_PKEY_CTX_free);
  EVP_PKEY* made = nullptr;
  std::string der;
  if (parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1) {
    const Owned<EVP_PKEY> key(made);
    unsigned char* bytes = nullptr;
    if (const int size = i2d_PUBKEY(key.get(), &bytes); size > 0)
      der.assign(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
  }
  ERR_clear_error();
  return der;
}

}  // namespace

std::string rsa_public_key(const std::string& modulus, const std::string& exponent) {
  const Owned<BIGNUM> n(BN_bin2bn(raw(modulus), static_cast<int>(modulus.size()), nullptr));
  const Owned<BIGNUM> e(BN_bin2bn(raw(exponent), static_cast<int>(exponent.size()), nullptr));
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> build(OSSL_PARAM_BLD_new(),
                                                                              &OSSL_PARAM_BLD_free);
  if (!n || !e || !build ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return {};
  return der_of("RSA", build.get());
}

std::string ec_public_key(const std::string& told) {
  std::string_view point(told);
  // Tag and length of the OCTET STRING.
  if (point.size() == kPointBytes + 2) point.remove_prefix(2);
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> build(OSSL_PARAM_BLD_new(),
                                                                              &OSSL_PARAM_BLD_free);
  if (point.size() != kPointBytes || !build ||
      OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1)
    return {};
  return der_of("EC", build.get());
}

}  // namespace semafoor::vault::tokens
