// SPDX-License-Identifier: Apache-2.0
//
// With keys that live as long as their handle. Kept ones, smart cards and the computer's store:
// docs/windows-checklist.md.
#include <gtest/gtest.h>

#include "gateway/vault/public_half.h"
#include "gateway/vault/tokens/device.h"
#include "gateway/vault/tokens/token.h"
#include "gateway/vault/windows/cng_key.h"

namespace semafoor::vault::cng {
namespace {

constexpr char kSoftware[] = "Microsoft Software Key Storage Provider";

struct Made {
  // Other than 0: the provider makes none.
  Status status;
  Key key;
};

// A new key without a name.
Made made(const wchar_t* algorithm, DWORD bits) {
  NCRYPT_PROV_HANDLE provider = 0;
  Status status = NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0);
  const Object owned(provider);
  NCRYPT_KEY_HANDLE key = 0;
  if (status == 0) status = NCryptCreatePersistedKey(provider, &key, algorithm, nullptr, 0, 0);
  if (status == 0 && bits != 0)
    status = NCryptSetProperty(key, NCRYPT_LENGTH_PROPERTY, reinterpret_cast<PBYTE>(&bits),
                               sizeof bits, 0);
  if (status == 0) status = NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG);
  return {status, Key(Object(key), "made")};
}

Owned<EVP_PKEY> half_of(const Key& key) {
  const auto der = key.public_key();
  if (!der) return nullptr;
  const auto* at = reinterpret_cast<const unsigned char*>(der->data());
  return Owned<EVP_PKEY>(d2i_PUBKEY(nullptr, &at, static_cast<long>(der->size())));
}

TEST(CngKey, OfRsaSignsAndTellsItsPublicHalf) {
  const auto [status, key] = made(BCRYPT_RSA_ALGORITHM, 2048);
  ASSERT_EQ(status, 0);
  const auto is_rsa = key.rsa();
  ASSERT_TRUE(is_rsa.ok()) << is_rsa.error().message;
  EXPECT_TRUE(*is_rsa);
  const auto signature = key.sign("data");
  ASSERT_TRUE(signature.ok()) << signature.error().message;
  const auto half = half_of(key);
  ASSERT_TRUE(half);
  EXPECT_EQ(*algorithm_of(half.get(), "made"), "RS256");
  EXPECT_TRUE(verifies(half.get(), "RS256", "data", *signature));
  EXPECT_FALSE(verifies(half.get(), "RS256", "date", *signature));
  EXPECT_EQ(key.certificate(), "");
}

TEST(CngKey, OnP256SignsAndTellsItsPublicHalf) {
  const auto [status, key] = made(BCRYPT_ECDSA_P256_ALGORITHM, 0);
  // Wine 8 makes none.
  if (status == NTE_NOT_SUPPORTED) GTEST_SKIP() << "this provider makes no EC keys";
  ASSERT_EQ(status, 0);
  const auto signature = key.sign("data");
  ASSERT_TRUE(signature.ok()) << signature.error().message;
  const auto half = half_of(key);
  ASSERT_TRUE(half);
  EXPECT_TRUE(verifies(half.get(), "ES256", "data", *signature));
}

TEST(CngKey, OfTooFewBitsIsUnsuitable) {
  const auto [status, key] = made(BCRYPT_RSA_ALGORITHM, 1024);
  ASSERT_EQ(status, 0);
  const auto half = half_of(key);
  ASSERT_TRUE(half);
  EXPECT_EQ(algorithm_of(half.get(), "made").error().code, "vault.key_unsuitable");
}

TEST(CngToken, AKeyOrCertificateThatIsNotThereIsSaid) {
  const std::string nowhere(20, '\x01');
  const auto token = std::make_shared<tokens::Token>(
      tokens::TokenSettings{.name = "windows",
                            .provider = kSoftware,
                            .keys = {{"named", {.label = "no such key", .id = {}}},
                                     {"certified", {.label = {}, .id = nowhere}}}},
      [] {
        return Result<std::shared_ptr<const SecretBytes>>(
            Error{.kind = ErrorKind::not_found, .code = "vault.pin_missing", .message = {}});
      });
  const auto ring = tokens::make_token_ring({token});
  const auto named = ring->signer("named");
  ASSERT_FALSE(named.ok());
  // Wine 8 opens no key by its name.
  EXPECT_TRUE(named.error().code == "vault.key_missing" ||
              named.error().code == "vault.key_unsuitable")
      << named.error().code;
  EXPECT_NE(named.error().message.find("no such key"), std::string::npos);
  EXPECT_EQ(ring->signer("certified").error().code, "vault.key_missing");
}

TEST(CngToken, TheRefusedPinAndTheRestHaveTheirCodes) {
  EXPECT_EQ(said("x", static_cast<Status>(SCARD_W_WRONG_CHV)).code, "vault.pin_wrong");
  EXPECT_EQ(said("x", static_cast<Status>(SCARD_W_CHV_BLOCKED)).code, "vault.pin_locked");
  EXPECT_EQ(said("x", NTE_PERM).code, "vault.key_unreadable");
  EXPECT_EQ(said("x", NTE_FAIL).code, "vault.token_failed");
  EXPECT_TRUE(said("x", NTE_FAIL).retryable);
}

}  // namespace
}  // namespace semafoor::vault::cng
