// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "gateway/os/test_folder.h"
#include "gateway/vault/key_check.h"
#include "gateway/vault/signer.h"
#include "gateway/vault/test_key_file.h"

namespace semafoor::vault {
namespace {

namespace fs = std::filesystem;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using ::testing::HasSubstr;
using ::testing::Not;

KeyPtr rsa_key(int bits) {
  return {EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)),
          &EVP_PKEY_free};
}

KeyPtr ec_key(const char* curve) {
  return {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve), &EVP_PKEY_free};
}

std::string pem_of(EVP_PKEY* key, const char* passphrase = nullptr) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, key, passphrase ? EVP_aes_256_cbc() : nullptr, passphrase,
                                passphrase ? static_cast<int>(std::string(passphrase).size()) : 0,
                                nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

bool verifies(EVP_PKEY* key, std::string_view data, const std::string& signature) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
  const int verdict = EVP_DigestVerify(
      context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
      reinterpret_cast<const unsigned char*>(data.data()), data.size());
  EVP_MD_CTX_free(context);
  return verdict == 1;
}

class PemKeyRing : public ::testing::Test {
 protected:
  PemKeyRing() {
    root_ = os::make_test_folder("keys");
    folder_ = root_ / "keys";
    fs::create_directory(folder_);
    ring_ = make_pem_key_ring(folder_);
  }
  ~PemKeyRing() override { fs::remove_all(root_); }

  static void put(const fs::path& file, const std::string& content) {
    write_key_file(file, content);
  }

  Error refusal(const std::string& name) {
    Result<std::shared_ptr<Signer>> result = ring_->signer(name);
    EXPECT_FALSE(result.ok());
    return result.ok() ? Error{} : result.error();
  }

  fs::path root_;
  fs::path folder_;
  std::unique_ptr<KeyRing> ring_;
};

TEST_F(PemKeyRing, RsaKeySignsRs256) {
  const KeyPtr key = rsa_key(2048);
  put(folder_ / "ocmw.pem", pem_of(key.get()));
  auto signer = ring_->signer("ocmw");
  ASSERT_TRUE(signer.ok()) << signer.error().message;
  EXPECT_EQ((*signer)->algorithm(), "RS256");
  auto signature = (*signer)->sign("header.payload");
  ASSERT_TRUE(signature.ok());
  EXPECT_TRUE(verifies(key.get(), "header.payload", *signature));
  EXPECT_FALSE(verifies(key.get(), "header.another", *signature));
}

TEST_F(PemKeyRing, P256KeySignsEs256AsRAndS) {
  const KeyPtr key = ec_key("P-256");
  put(folder_ / "ocmw.pem", pem_of(key.get()));
  auto signer = ring_->signer("ocmw");
  ASSERT_TRUE(signer.ok()) << signer.error().message;
  EXPECT_EQ((*signer)->algorithm(), "ES256");
  // Repeated, because r or s with leading zero bytes comes once in 128 signatures.
  for (int i = 0; i < 600; ++i) {
    const std::string data = "header.payload" + std::to_string(i);
    auto jose = (*signer)->sign(data);
    ASSERT_TRUE(jose.ok());
    ASSERT_EQ(jose->size(), 64u);
    const auto* raw = reinterpret_cast<const unsigned char*>(jose->data());
    ECDSA_SIG* parts = ECDSA_SIG_new();
    ECDSA_SIG_set0(parts, BN_bin2bn(raw, 32, nullptr), BN_bin2bn(raw + 32, 32, nullptr));
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(parts, &der);
    const std::string text(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    ECDSA_SIG_free(parts);
    ASSERT_TRUE(verifies(key.get(), data, text));
  }
}

TEST_F(PemKeyRing, SeveralThreadsSignAtOnce) {
  const KeyPtr key = rsa_key(2048);
  put(folder_ / "ocmw.pem", pem_of(key.get()));
  auto signer = ring_->signer("ocmw");
  ASSERT_TRUE(signer.ok());
  std::vector<std::string> signatures(4);
  {
    std::vector<std::jthread> threads;
    for (std::string& signature : signatures) {
      threads.emplace_back([&signer, &signature] {
        for (int i = 0; i < 20; ++i) signature = (*signer)->sign("data").value();
      });
    }
  }
  for (const std::string& signature : signatures) {
    EXPECT_TRUE(verifies(key.get(), "data", signature));
  }
}

TEST_F(PemKeyRing, ReplacedKeyTakesEffectAtTheNextUse) {
  const KeyPtr rsa = rsa_key(2048);
  const KeyPtr ec = ec_key("P-256");
  put(folder_ / "ocmw.pem", pem_of(rsa.get()));
  EXPECT_EQ(ring_->signer("ocmw").value()->algorithm(), "RS256");
  fs::remove(folder_ / "ocmw.pem");
  put(folder_ / "ocmw.pem", pem_of(ec.get()));
  EXPECT_EQ(ring_->signer("ocmw").value()->algorithm(), "ES256");
}

TEST_F(PemKeyRing, MissingKeyIsNamed) {
  const Error error = refusal("absent");
  EXPECT_EQ(error.code, "vault.key_missing");
  EXPECT_THAT(error.message, HasSubstr("absent.pem"));
}

TEST_F(PemKeyRing, NameThatIsAPathIsRefused) {
  put(root_ / "outside.pem", pem_of(rsa_key(2048).get()));
  EXPECT_EQ(refusal("../outside").code, "vault.key_missing");
  EXPECT_EQ(refusal("").code, "vault.key_missing");
  EXPECT_EQ(refusal(".hidden").code, "vault.key_missing");
}

TEST_F(PemKeyRing, FileThatOthersCanReadIsRefused) {
  const std::string pem = pem_of(rsa_key(2048).get());
  for (int way = 0; way < kSharings; ++way) {
    put(folder_ / "ocmw.pem", pem);
    share_key_file(folder_ / "ocmw.pem", way);
    const Error error = refusal("ocmw");
    EXPECT_EQ(error.code, "vault.key_unreadable");
    EXPECT_THAT(error.message, HasSubstr(sharing_advice()));
  }
}

TEST_F(PemKeyRing, FolderInPlaceOfAFileIsRefused) {
  fs::create_directory(folder_ / "ocmw.pem");
  EXPECT_EQ(refusal("ocmw").code, "vault.key_unreadable");
}

TEST_F(PemKeyRing, PassphraseIsSaidAndNothingOfTheKeyIsTold) {
  const std::string pem = pem_of(rsa_key(2048).get(), "a passphrase");
  put(folder_ / "ocmw.pem", pem);
  const Error error = refusal("ocmw");
  EXPECT_EQ(error.code, "vault.key_unreadable");
  EXPECT_THAT(error.message, HasSubstr("passphrase"));
  EXPECT_THAT(error.message, Not(HasSubstr(pem.substr(40, 20))));
}

TEST_F(PemKeyRing, UnsuitableKeysAreRefusedWithTheirReason) {
  put(folder_ / "short.pem", pem_of(rsa_key(1024).get()));
  EXPECT_EQ(refusal("short").code, "vault.key_unsuitable");
  EXPECT_THAT(refusal("short").message, HasSubstr("1024 bits"));

  put(folder_ / "curve.pem", pem_of(ec_key("P-384").get()));
  EXPECT_EQ(refusal("curve").code, "vault.key_unsuitable");
  EXPECT_THAT(refusal("curve").message, HasSubstr("P-256"));

  const KeyPtr edwards{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free};
  put(folder_ / "edwards.pem", pem_of(edwards.get()));
  EXPECT_EQ(refusal("edwards").code, "vault.key_unsuitable");

  put(folder_ / "text.pem", "this is not a key\n");
  EXPECT_EQ(refusal("text").code, "vault.key_unsuitable");
  put(folder_ / "empty.pem", "");
  EXPECT_EQ(refusal("empty").code, "vault.key_unsuitable");
}

TEST_F(PemKeyRing, FileLargerThanAKeyIsNotRead) {
  put(folder_ / "huge.pem", std::string(65 * 1024, 'A'));
  EXPECT_EQ(refusal("huge").code, "vault.key_unreadable");
}

// A certificate of `key` that is in force until `end_s`.
std::string certificate_until(EVP_PKEY* key, std::int64_t end_s) {
  X509* certificate = X509_new();
  ASN1_TIME_set(X509_getm_notBefore(certificate), 0);
  ASN1_TIME_set(X509_getm_notAfter(certificate), end_s);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  X509_free(certificate);
  return pem;
}

constexpr std::int64_t kNow = 1'795'000'000;
constexpr std::int64_t kDay = 24 * 3600;

TEST_F(PemKeyRing, CheckingFindsNothingWrongWithAGoodKeyAndItsCertificate) {
  const KeyPtr key = ec_key("P-256");
  put(folder_ / "ocmw.pem", pem_of(key.get()) + certificate_until(key.get(), kNow + 100 * kDay));
  EXPECT_TRUE(check_keys(folder_, kNow).empty());
}

TEST_F(PemKeyRing, CheckingTellsOfEveryKeyThatCannotBeUsedAndWhy) {
  const KeyPtr key = ec_key("P-256");
  put(folder_ / "a-open.pem", pem_of(key.get()));
  share_key_file(folder_ / "a-open.pem", 1);
  put(folder_ / "b-text.pem", "not a key");
  put(folder_ / "c-curve.pem", pem_of(ec_key("P-384").get()));
  put(folder_ / "d-expired.pem",
      pem_of(key.get()) + certificate_until(key.get(), kNow - 100 * kDay));
  put(folder_ / "e-soon.pem", pem_of(key.get()) + certificate_until(key.get(), kNow + 5 * kDay));
  const auto findings = check_keys(folder_, kNow);
  ASSERT_EQ(findings.size(), 5U);
  const char* const said[] = {"other accounts may read", "no PEM private key", "another curve",
                              "it expired on", "it expires on"};
  for (std::size_t i = 0; i < findings.size(); ++i) {
    EXPECT_THAT(findings[i].message, HasSubstr(said[i]));
    EXPECT_EQ(findings[i].only_warning, i == 4) << findings[i].message;
  }
}

TEST_F(PemKeyRing, CheckingWarnsOfEachFileWhereNoneIsUsedAndMissesNone) {
  EXPECT_TRUE(check_keys(folder_, kNow, false).empty());
  EXPECT_TRUE(check_keys(folder_ / "none", kNow, false).empty());
  put(folder_ / "ocmw.pem", pem_of(ec_key("P-256").get()));
  const auto findings = check_keys(folder_, kNow, false);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(findings[0].only_warning);
  EXPECT_THAT(findings[0].message, HasSubstr("credentials import"));
}

TEST_F(PemKeyRing, CheckingWarnsOfAFolderWithoutKeysOrThatIsNotThere) {
  ASSERT_EQ(check_keys(folder_, kNow).size(), 1U);
  EXPECT_TRUE(check_keys(folder_, kNow)[0].only_warning);
  EXPECT_THAT(check_keys(folder_ / "none", kNow)[0].message, HasSubstr("no such folder yet"));
}

}  // namespace
}  // namespace semafoor::vault
