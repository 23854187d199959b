// SPDX-License-Identifier: Apache-2.0
//
// Against a pretended library, whose tokens are slow and unplugged at will.
#include "gateway/vault/tokens/token.h"

#include <gtest/gtest.h>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

#include "gateway/vault/pkcs11/testing/pretend_token.h"

namespace semafoor::vault::tokens {
namespace {

class TokenTest : public ::testing::Test {
 protected:
  ~TokenTest() override {
    hold_(false);
    unplug_(false);
  }
  std::shared_ptr<Token> token(const std::string& label, const std::string& pin = "1234",
                               int deadline_ms = 20'000) {
    return std::make_shared<Token>(
        TokenSettings{.name = label,
                      .module = SEMAFOOR_PRETEND_MODULE,
                      .label = label,
                      .deadline = std::chrono::milliseconds(deadline_ms),
                      .keys = {{label + "-key", {.label = "key", .id = {}}},
                               {label + "-none", {.label = "none", .id = {}}}}},
        [pin] { return Result(std::make_shared<const SecretBytes>(pin)); });
  }
  static std::string code_of(const Result<std::string>& done) {
    return done ? "" : done.error().code;
  }

  const KeyPlace place_{.label = "key", .id = {}};
  boost::dll::shared_library library_{SEMAFOOR_PRETEND_MODULE};
  pkcs11::testing::PretendHold hold_ = &library_.get<void(bool)>("pretend_hold");
  pkcs11::testing::PretendAwaitHeld await_held_ = &library_.get<void()>("pretend_await_held");
  pkcs11::testing::PretendUnplug unplug_ = &library_.get<void(bool)>("pretend_unplug");
  pkcs11::testing::PretendLogins logins_ = &library_.get<int()>("pretend_logins");
};

TEST_F(TokenTest, ItsKeysSignAndDescribeThemselves) {
  const auto ring = make_token_ring({token("slow"), token("steady")});
  const auto signer = ring->signer("steady-key");
  ASSERT_TRUE(signer.ok()) << signer.error().message;
  EXPECT_EQ((*signer)->algorithm(), "ES256");
  EXPECT_TRUE((*signer)->test().ok());
  EXPECT_EQ((*signer)->sign("data")->size(), 64U);
  const auto facts = (*signer)->describe();
  EXPECT_EQ(facts->home, "token steady");
  EXPECT_EQ(facts->bits, 256);
  EXPECT_EQ(facts->digest.size(), 64U);
  EXPECT_NE((*(*ring->signer("slow-key"))->describe()).digest, facts->digest);
  EXPECT_EQ(ring->signer("steady-none").error().code, "vault.key_missing");
  EXPECT_EQ(ring->signer("other").error().code, "vault.token_unnamed");
  EXPECT_EQ(ring->certificate("steady-key").error().code, "vault.certificate_missing");
}

TEST_F(TokenTest, ASlowOneKeepsNobodyWaitingBeyondItsDeadlineAndNobodyOfAnother) {
  const auto slow = token("slow", "1234", 50);
  const auto steady = token("steady");
  hold_(true);
  EXPECT_EQ(code_of(slow->sign(place_, "data")), "vault.token_slow");
  await_held_();
  EXPECT_EQ(code_of(slow->sign(place_, "data")), "vault.token_slow") << "at once";
  EXPECT_TRUE(steady->sign(place_, "data").ok());
  hold_(false);
  const auto patient = token("slow");
  EXPECT_TRUE(patient->sign(place_, "data").ok()) << "and comes back";
}

TEST_F(TokenTest, OneThatNeverReturnsDoesNotKeepTheGatewayFromEnding) {
  hold_(true);
  {
    const auto slow = token("slow", "1234", 50);
    EXPECT_EQ(code_of(slow->sign(place_, "data")), "vault.token_slow");
  }
  SUCCEED() << "its end was not waited for";
}

TEST_F(TokenTest, OneThatWasUnpluggedComesBackByItself) {
  const auto steady = token("steady");
  ASSERT_TRUE(steady->sign(place_, "data").ok());
  // Sessions are lost, and the token is there again: nobody notices.
  unplug_(false);
  EXPECT_TRUE(steady->sign(place_, "data").ok());
  unplug_(true);
  EXPECT_EQ(code_of(steady->sign(place_, "data")), "vault.token_missing");
  unplug_(false);
  EXPECT_TRUE(steady->sign(place_, "data").ok());
}

TEST_F(TokenTest, AWrongPinIsTriedOnce) {
  const auto steady = token("steady", "9999");
  const int before = logins_();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code_of(steady->sign(place_, "data")), "vault.pin_wrong");
  EXPECT_EQ(logins_() - before, 1) << "or it would lock itself";
}

TEST_F(TokenTest, ALibraryThatIsNoneIsSaid) {
  Token none({.name = "none",
              .module = std::filesystem::path(SEMAFOOR_PRETEND_MODULE).parent_path() / "none.so",
              .label = "none",
              .keys = {}},
             [] { return Result(std::make_shared<const SecretBytes>("")); });
  EXPECT_EQ(code_of(none.sign(place_, "data")), "vault.token_module");
}

}  // namespace
}  // namespace semafoor::vault::tokens
