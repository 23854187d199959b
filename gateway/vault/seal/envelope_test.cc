// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/seal/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::vault {
namespace {

using ::testing::HasSubstr;

class Envelope : public ::testing::Test {
 protected:
  const SealKey key_ = SealKey::make().value();
  const std::string wrapped_ = wrap(key_, "credential ocmw", "the key of ocmw");

  std::string refusal(const std::string& bytes) const {
    auto opened = unwrap(key_, "credential ocmw", bytes, "vault/ocmw");
    if (opened) return "opened";
    EXPECT_THAT(opened.error().message, HasSubstr("vault/ocmw"));
    EXPECT_THAT(opened.error().message, HasSubstr("Nothing was changed"));
    return opened.error().code;
  }
};

TEST_F(Envelope, OpensWithItsKey) {
  auto opened = unwrap(key_, "credential ocmw", wrapped_, "vault/ocmw");
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(std::string(opened->data(), opened->size()), "the key of ocmw");
}

TEST_F(Envelope, AnotherKeyDamageAndANewerProgramAreThreeThings) {
  const SealKey other = SealKey::make().value();
  EXPECT_EQ(unwrap(other, "credential ocmw", wrapped_, "vault/ocmw").error().code,
            "vault.other_key");
  std::string damaged = wrapped_;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_EQ(refusal(damaged), "vault.corrupt");
  EXPECT_EQ(refusal("-----BEGIN"), "vault.corrupt");
  EXPECT_EQ(refusal(""), "vault.corrupt");
  std::string newer = wrapped_;
  newer[8] = 2;
  EXPECT_EQ(refusal(newer), "vault.newer_version");
}

TEST_F(Envelope, OneThingDoesNotOpenAsAnother) {
  EXPECT_EQ(unwrap(key_, "credential other", wrapped_, "vault/other").error().code,
            "vault.corrupt");
}

TEST_F(Envelope, EveryCutIsRefused) {
  for (std::size_t size = 0; size < wrapped_.size(); ++size)
    EXPECT_NE(refusal(wrapped_.substr(0, size)), "opened") << size;
}

}  // namespace
}  // namespace semafoor::vault
