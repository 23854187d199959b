// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/key_ring.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "gateway/os/test_folder.h"
#include "gateway/vault/credentials/testing_material.h"
#include "gateway/vault/test_key_file.h"
#include "gateway/vault/testing_shelf.h"

namespace semafoor::vault {
namespace {

class KeyRingTest : public ::testing::Test {
 protected:
  ~KeyRingTest() override { std::filesystem::remove_all(folder_); }
  std::shared_ptr<KeyRing> ring(bool plaintext, Slot slot = Slot::active) {
    return make_key_ring({.credentials = credentials_,
                          .files = make_pem_key_ring(folder_),
                          .plaintext = plaintext,
                          .slot = slot});
  }
  void put_file(const std::string& name, const Material& material) {
    write_key_file(
        folder_ / (name + ".pem"),
        std::string(material.key_pem.data(), material.key_pem.size()) + material.certificate_pem);
  }
  static std::string subject(KeyRing& ring, const std::string& name) {
    const auto signer = ring.signer(name);
    if (!signer) return signer.error().code;
    const auto facts = (*signer)->describe();
    return facts->home + " " + facts->certificate->subject;
  }

  std::filesystem::path folder_ = os::make_test_folder("ring");
  MemoryShelf shelf_;
  std::shared_ptr<Credentials> credentials_ =
      std::make_shared<Credentials>(shelf_, nullptr, [] { return std::int64_t{1'795'000'000}; });
  Material first_ = make_test_material("first");
  Material second_ = make_test_material("second");
};

TEST_F(KeyRingTest, TheVaultComesBeforeAFileOfTheSameName) {
  put_file("ocmw", second_);
  EXPECT_EQ(subject(*ring(true), "ocmw"), "file CN=second");
  ASSERT_TRUE(credentials_->import("ocmw", first_).ok());
  EXPECT_EQ(subject(*ring(true), "ocmw"), "vault CN=first");
  EXPECT_EQ(subject(*ring(false), "ocmw"), "vault CN=first");
}

TEST_F(KeyRingTest, AFileIsUsedOnlyWhereTheSettingsAllowIt) {
  put_file("ocmw", first_);
  EXPECT_EQ(subject(*ring(false), "ocmw"), "vault.plaintext_off");
  EXPECT_EQ(subject(*ring(false), "other"), "vault.key_missing");
  EXPECT_EQ(subject(*ring(true), "other"), "vault.key_missing");
  EXPECT_EQ(subject(*ring(true), "../ocmw"), "vault.key_missing");
  EXPECT_FALSE(ring(false)->certificate("ocmw").ok());
  EXPECT_EQ(ring(true)->certificate("ocmw").value(), first_.certificate_pem);
}

TEST_F(KeyRingTest, ALockedKeyIsNotReplacedByAFile) {
  put_file("ocmw", second_);
  shelf_.items["ocmw.credential"] = "something sealed";
  EXPECT_EQ(subject(*ring(true), "ocmw"), "vault.locked");
}

TEST_F(KeyRingTest, WhatIsActivatedSignsFromTheNextTimeOn) {
  ASSERT_TRUE(credentials_->import("ocmw", first_).ok());
  const auto kept = ring(false);
  ASSERT_TRUE(credentials_->prepare("ocmw", second_).ok());
  EXPECT_EQ(subject(*kept, "ocmw"), "vault CN=first");
  EXPECT_EQ(subject(*ring(false, Slot::next), "ocmw"), "vault CN=second");
  EXPECT_EQ(ring(false, Slot::next)->certificate("ocmw").value(), second_.certificate_pem);
  shelf_.items["other.credential"] = shelf_.items["ocmw.credential"];
  ASSERT_TRUE(credentials_->withdraw("other").ok());
  EXPECT_EQ(subject(*ring(false, Slot::next), "other"), "vault CN=first");
}

TEST_F(KeyRingTest, AKeyTestsItselfAgainstItsCertificate) {
  put_file("right", first_);
  ASSERT_TRUE((*ring(true)->signer("right"))->test().ok());
  write_key_file(folder_ / "wrong.pem", std::string(first_.key_pem.data(), first_.key_pem.size()) +
                                            second_.certificate_pem);
  EXPECT_EQ((*ring(true)->signer("wrong"))->test().error().code, "vault.other_half");
}

}  // namespace
}  // namespace semafoor::vault
