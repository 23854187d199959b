// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/credentials/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <functional>
#include <vector>

#include "gateway/vault/credentials/testing_material.h"
#include "gateway/vault/testing_shelf.h"

namespace semafoor::vault {
namespace {

class CredentialsTest : public ::testing::Test {
 protected:
  // As after a restart.
  Credentials open() {
    return Credentials(shelf_, seal_, [this] { return now_s_; });
  }
  static std::string code_of(const Result<void>& done) { return done ? "" : done.error().code; }
  // Which key signs.
  std::string signs() {
    auto credentials = open();
    const auto signer = credentials.signer("ocmw");
    if (!signer) return signer.error().code;
    const auto signature = (*signer)->sign("data");
    const Material* const known[] = {&first_, &second_};
    for (const Material* one : known)
      if (verify_signature(one->certificate_pem, (*signer)->algorithm(), "data", *signature))
        return one == &first_ ? "first" : "second";
    return "neither";
  }

  MemoryShelf shelf_;
  std::shared_ptr<const SealKey> seal_ = std::make_shared<SealKey>(SealKey::make().value());
  std::int64_t now_s_ = std::time(nullptr);
  const Material first_ = make_test_material("first");
  const Material second_ = make_test_material("second");
};

TEST_F(CredentialsTest, OneThatIsImportedSignsAndIsNowhereInClear) {
  ASSERT_EQ(code_of(open().import("ocmw", first_)), "");
  EXPECT_EQ(signs(), "first");
  const std::string kept = shelf_.items.at("ocmw.credential");
  EXPECT_EQ(kept.find("PRIVATE KEY"), std::string::npos);
  EXPECT_EQ(kept.find("CERTIFICATE"), std::string::npos);
  const auto view = open().view("ocmw");
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(view->active->key.algorithm, "ES256");
  EXPECT_EQ(view->active->key.certificate->subject, "CN=first");
  EXPECT_FALSE(view->next || view->previous);
}

TEST_F(CredentialsTest, OneInUseIsNotOverwrittenAndTheSameMayBeSaidAgain) {
  ASSERT_EQ(code_of(open().import("ocmw", first_)), "");
  EXPECT_EQ(code_of(open().import("ocmw", first_)), "");
  EXPECT_EQ(code_of(open().import("ocmw", second_)), "vault.credential_exists");
  EXPECT_EQ(signs(), "first");
}

TEST_F(CredentialsTest, RotationGoesThroughItsStepsAndBothAreValidMeanwhile) {
  ASSERT_EQ(code_of(open().import("ocmw", first_)), "");
  EXPECT_EQ(code_of(open().activate("ocmw")), "vault.slot_empty");
  ASSERT_EQ(code_of(open().prepare("ocmw", second_)), "");
  EXPECT_EQ(signs(), "first");
  EXPECT_EQ(code_of(open().activate("ocmw")), "vault.not_tested");
  ASSERT_EQ(code_of(open().test("ocmw", Slot::next)), "");
  EXPECT_EQ(open().view("ocmw")->next->tested_s, now_s_);
  ASSERT_EQ(code_of(open().activate("ocmw")), "");
  EXPECT_EQ(signs(), "second");
  EXPECT_EQ(open().view("ocmw")->previous->key.certificate->subject, "CN=first");
  // And back, and forth again.
  ASSERT_EQ(code_of(open().roll_back("ocmw")), "");
  EXPECT_EQ(signs(), "first");
  ASSERT_EQ(code_of(open().activate("ocmw")), "");
  EXPECT_EQ(signs(), "second");
  ASSERT_EQ(code_of(open().retire("ocmw")), "");
  EXPECT_EQ(code_of(open().retire("ocmw")), "");
  EXPECT_EQ(code_of(open().roll_back("ocmw")), "vault.slot_empty");
  EXPECT_EQ(signs(), "second");
}

// A kill leaves either what was before the one write of a step, or what is after it; the same
// commands again end in the same place.
TEST_F(CredentialsTest, KilledBeforeOrAfterAnyStepItIsSaidAgainAndGoesOn) {
  using Step = std::function<Result<void>(Credentials&)>;
  const std::vector<Step> steps{[&](Credentials& all) { return all.import("ocmw", first_); },
                                [&](Credentials& all) { return all.prepare("ocmw", second_); },
                                [&](Credentials& all) { return all.test("ocmw", Slot::next); },
                                [&](Credentials& all) { return all.activate("ocmw"); },
                                [&](Credentials& all) { return all.retire("ocmw"); }};
  for (std::size_t killed_in = 0; killed_in < steps.size(); ++killed_in) {
    for (const bool written : {false, true}) {
      shelf_.items.clear();
      for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto before = shelf_.items;
        auto credentials = open();
        ASSERT_EQ(code_of(steps[i](credentials)), "");
        if (i == killed_in && !written) shelf_.items = before;
        if (i > 0) {
          EXPECT_THAT(signs(), ::testing::AnyOf("first", "second"));
        }
        if (i != killed_in) continue;
        auto again = open();
        const std::string code = code_of(steps[i](again));
        // Activated already: there is nothing left to activate, which is said.
        EXPECT_THAT(code, ::testing::AnyOf("", "vault.slot_empty"));
      }
      EXPECT_EQ(signs(), "second");
      EXPECT_FALSE(open().view("ocmw")->previous);
    }
  }
}

TEST_F(CredentialsTest, AFullDiskChangesNothing) {
  ASSERT_EQ(code_of(open().import("ocmw", first_)), "");
  const auto before = shelf_.items;
  shelf_.full = true;
  EXPECT_EQ(code_of(open().prepare("ocmw", second_)), "store.disk_full");
  EXPECT_EQ(shelf_.items, before);
  EXPECT_EQ(signs(), "first");
}

TEST_F(CredentialsTest, AnotherKeyIsNotPutOverOneThatIsPrepared) {
  ASSERT_EQ(code_of(open().import("ocmw", first_)), "");
  ASSERT_EQ(code_of(open().prepare("ocmw", second_)), "");
  EXPECT_EQ(code_of(open().prepare("ocmw", second_)), "");
  EXPECT_EQ(code_of(open().prepare("ocmw", make_test_material("third"))),
            "vault.rotation_other_key");
  ASSERT_EQ(code_of(open().withdraw("ocmw")), "");
  EXPECT_EQ(code_of(open().prepare("ocmw", make_test_material("third"))), "");
}

TEST_F(CredentialsTest, OneThatIsNotInForceFailsItsTest) {
  ASSERT_EQ(code_of(open().import("ocmw", make_test_material("late", -7200, -3600))), "");
  EXPECT_EQ(code_of(open().test("ocmw", Slot::active)), "vault.certificate_expired");
  ASSERT_EQ(code_of(open().prepare("ocmw", make_test_material("early", 3600, 7200))), "");
  EXPECT_EQ(code_of(open().test("ocmw", Slot::next)), "vault.certificate_expired");
}

TEST_F(CredentialsTest, LockedCorruptNewerAndAbsentAreFourThings) {
  ASSERT_EQ(code_of(open().import("ocmw", first_)), "");
  const std::string kept = shelf_.items.at("ocmw.credential");
  EXPECT_EQ(open().view("other").error().code, "vault.credential_missing");
  seal_ = std::make_shared<SealKey>(SealKey::make().value());
  EXPECT_EQ(open().view("ocmw").error().code, "vault.other_key");
  EXPECT_EQ(code_of(open().import("ocmw", second_)), "vault.other_key");
  seal_ = nullptr;
  EXPECT_EQ(open().view("ocmw").error().code, "vault.locked");
  EXPECT_EQ(code_of(open().import("ocmw", second_)), "vault.locked");
  EXPECT_EQ(shelf_.items.at("ocmw.credential"), kept);
  shelf_.items["broken.credential"] = "x";
  const auto all = open().list();
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 2u);
  EXPECT_TRUE(all->at(0).problem && all->at(1).problem);
}

TEST_F(CredentialsTest, WhereNothingIsSealedItIsKeptAndSealedOnlyWhenWrittenAgain) {
  seal_ = nullptr;
  ASSERT_EQ(code_of(open().import("ocmw", first_)), "");
  EXPECT_EQ(signs(), "first");
  seal_ = std::make_shared<SealKey>(SealKey::make().value());
  EXPECT_EQ(signs(), "first");
  ASSERT_EQ(code_of(open().test("ocmw", Slot::active)), "");
  EXPECT_EQ(shelf_.items.at("ocmw.credential").find("PRIVATE KEY"), std::string::npos);
}

TEST(ExpiryStep, IsTheLastOneThatWasReached) {
  constexpr std::int64_t kDay = 86'400;
  EXPECT_EQ(expiry_step(61 * kDay, 0), std::nullopt);
  for (const auto& [left, step] : std::vector<std::pair<std::int64_t, int>>{{60, 60},
                                                                            {31, 60},
                                                                            {30, 30},
                                                                            {15, 30},
                                                                            {14, 14},
                                                                            {8, 14},
                                                                            {7, 7},
                                                                            {4, 7},
                                                                            {3, 3},
                                                                            {2, 3},
                                                                            {1, 1}})
    EXPECT_EQ(expiry_step(left * kDay, 0), step) << left;
  EXPECT_EQ(expiry_step(0, 0), 0);
  EXPECT_EQ(expiry_step(-5, 0), 0);
}

}  // namespace
}  // namespace semafoor::vault
