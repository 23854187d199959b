// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/public_half.h"

#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <array>
#include <cstddef>
#include <utility>

#include "gateway/domain/hex.h"

namespace semafoor::vault {
namespace {

constexpr int kCoordinateBytes = 32;  // P-256
constexpr int kLeastRsaBits = 2048;

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Error unsuitable(const std::string& shown_name, const std::string& what) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "vault.key_unsuitable",
               .message = "Loading the key '" + shown_name + "': " + what +
                          ". Use an RSA key of 2048 bits or more, or an EC key on P-256."};
}

std::string to_der(std::string_view jose) {
  const int half = static_cast<int>(jose.size() / 2);
  Owned<BIGNUM> r(BN_bin2bn(raw(jose), half, nullptr));
  Owned<BIGNUM> s(BN_bin2bn(raw(jose) + half, half, nullptr));
  const Owned<ECDSA_SIG> signature(ECDSA_SIG_new());
  if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  (void)r.release();
  (void)s.release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  std::string text = size > 0
                         ? std::string(reinterpret_cast<char*>(der), static_cast<std::size_t>(size))
                         : std::string();
  OPENSSL_free(der);
  return text;
}

}  // namespace

Owned<X509> certificate_of(std::string_view bytes) {
  const Owned<BIO> in(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  Owned<X509> certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (!certificate) {
    const unsigned char* at = raw(bytes);
    certificate.reset(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
  }
  ERR_clear_error();
  return certificate;
}

Result<std::string_view> algorithm_of(EVP_PKEY* key, const std::string& shown_name) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      if (EVP_PKEY_get_bits(key) < kLeastRsaBits)
        return unsuitable(shown_name, "it is an RSA key of " +
                                          std::to_string(EVP_PKEY_get_bits(key)) +
                                          " bits, which is too short");
      return std::string_view("RS256");
    case EVP_PKEY_EC: {
      char group[64] = {};
      std::size_t length = 0;
      if (EVP_PKEY_get_group_name(key, group, sizeof group, &length) != 1 ||
          OBJ_txt2nid(group) != NID_X9_62_prime256v1)
        return unsuitable(shown_name, "it is an EC key on another curve than P-256");
      return std::string_view("ES256");
    }
    default:
      return unsuitable(shown_name, "it is neither an RSA nor an EC key");
  }
}

std::string digest_of(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return {};
  std::array<unsigned char, 32> digest{};
  EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(), nullptr);
  OPENSSL_free(der);
  return domain::to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Result<std::string> to_jose(std::string_view der) {
  const unsigned char* cursor = raw(der);
  const Owned<ECDSA_SIG> signature(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size())));
  std::string jose(std::size_t{2} * kCoordinateBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(jose.data());
  if (!signature ||
      BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, kCoordinateBytes) != kCoordinateBytes ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + kCoordinateBytes, kCoordinateBytes) !=
          kCoordinateBytes)
    return Error{.kind = ErrorKind::internal,
                 .code = "vault.sign_failed",
                 .message = "Signing: the signature could not be written in JOSE form."};
  return jose;
}

bool verifies(EVP_PKEY* key, std::string_view algorithm, std::string_view data,
              std::string_view signature) {
  const std::string plain = algorithm == "ES256" ? to_der(signature) : std::string(signature);
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  const bool right =
      context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestVerify(context.get(), raw(plain), plain.size(), raw(data), data.size()) == 1;
  ERR_clear_error();
  return right;
}

Result<void> try_signing(Signer& signer, EVP_PKEY* key) {
  std::array<unsigned char, 32> challenge{};
  if (RAND_bytes(challenge.data(), static_cast<int>(challenge.size())) != 1)
    return Error{.kind = ErrorKind::unavailable,
                 .code = "vault.no_randomness",
                 .message = "Tested a key: the system gave no random bytes."};
  const std::string_view data(reinterpret_cast<const char*>(challenge.data()), challenge.size());
  auto signature = signer.sign(data);
  if (!signature) return std::move(signature).error();
  if (verifies(key, signer.algorithm(), data, *signature)) return {};
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "vault.other_half",
               .message =
                   "Tested a key: what it signed does not verify with its public half. "
                   "They do not belong together; bring the key again, with its certificate."};
}

}  // namespace semafoor::vault
