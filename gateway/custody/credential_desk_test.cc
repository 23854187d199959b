// SPDX-License-Identifier: Apache-2.0
#include "gateway/custody/credential_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/custody/test_custody.h"

namespace semafoor::custody {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CredentialDeskTest : public CustodyTest {
 protected:
  Result<v1::Credential> bring(const std::string& name, bool next,
                               const vault::Material& material) {
    return desk_.import(name, next, vault::pkcs12_of(material, "geheim"),
                        vault::SecretBytes("geheim"), "", act());
  }
  static std::string code_of(const Result<v1::Credential>& done) {
    return done ? "" : done.error().code;
  }

  int changes_ = 0;
  vault::tokens::Pins pins_{shelf_, nullptr};
  CredentialDesk desk_{*store_, *credentials_, pins_, inventory_, [this] { ++changes_; }};
  vault::Material first_ = material_for("first", 20);
  vault::Material second_ = material_for("second", 400);
};

TEST_F(CredentialDeskTest, ARotationIsRecordedStepByStepWhereTheKeyIsNamed) {
  const auto imported = bring("key", false, first_);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_EQ(imported->active().certificate().subject(), "CN=first");
  EXPECT_EQ(imported->active().certificate().days_left(), 20);
  EXPECT_EQ(imported->active().home(), "vault");
  EXPECT_EQ(imported->organisations(0).value(), kTestOrg);
  ASSERT_TRUE(bring("key", true, second_).ok());
  EXPECT_EQ(code_of(desk_.step("key", v1::CREDENTIAL_STEP_ACTIVATE, act())), "vault.not_tested");
  const auto tested = desk_.test("key", true, act());
  ASSERT_TRUE(tested.ok());
  EXPECT_EQ(tested->next().tested().unix_ms(), now_s() * 1000);
  const auto active = desk_.step("key", v1::CREDENTIAL_STEP_ACTIVATE, act());
  ASSERT_TRUE(active.ok());
  EXPECT_EQ(active->active().certificate().subject(), "CN=second");
  EXPECT_EQ(active->previous().certificate().subject(), "CN=first");
  EXPECT_EQ((*keys_->signer("key"))->describe()->certificate->subject, "CN=second");
  ASSERT_TRUE(desk_.step("key", v1::CREDENTIAL_STEP_RETIRE, act()).ok());
  EXPECT_EQ(changes_, 5) << "the one that was refused changed nothing";
  EXPECT_THAT(acts(), ElementsAre("credential.import", "credential.prepare",
                                  "credential.activate vault.not_tested", "credential.test",
                                  "credential.activate", "credential.retire"));
  EXPECT_THAT(acts(store::kGatewayChain), IsEmpty());
}

TEST_F(CredentialDeskTest, WhatFailsIsRecordedAndChangesNothing) {
  EXPECT_EQ(code_of(desk_.import("key", false, vault::pkcs12_of(first_, "geheim"),
                                 vault::SecretBytes("fout"), "", act())),
            "vault.passphrase_wrong");
  EXPECT_EQ(code_of(bring("key", true, first_)), "vault.credential_missing");
  EXPECT_THAT(shelf_.items, IsEmpty());
  EXPECT_THAT(acts(), ElementsAre("credential.import vault.passphrase_wrong",
                                  "credential.prepare vault.credential_missing"));
}

TEST_F(CredentialDeskTest, AVaultThatCannotWriteLeavesNoRecordOfSuccess) {
  shelf_.full = true;
  EXPECT_EQ(code_of(bring("key", false, first_)), "store.disk_full");
  EXPECT_THAT(acts(), ElementsAre("credential.import store.disk_full"));
}

TEST_F(CredentialDeskTest, AKeyOfNobodyIsRecordedByTheGatewayAndMayBeRemoved) {
  ASSERT_TRUE(bring("spare", false, first_).ok());
  ASSERT_TRUE(bring("key", false, second_).ok());
  EXPECT_EQ(code_of(desk_.step("key", v1::CREDENTIAL_STEP_REMOVE, act())),
            "vault.credential_in_use");
  const auto removed = desk_.step("spare", v1::CREDENTIAL_STEP_REMOVE, act());
  ASSERT_TRUE(removed.ok());
  EXPECT_FALSE(removed->has_active());
  EXPECT_THAT(acts(store::kGatewayChain), ElementsAre("credential.import", "credential.remove"));
  const auto all = desk_.list();
  ASSERT_EQ(all->credentials_size(), 1);
  EXPECT_EQ(all->credentials(0).name(), "key");
}

TEST_F(CredentialDeskTest, ThePinOfATokenIsKeptAndRecordedByTheGateway) {
  ASSERT_TRUE(desk_.put_pin("hsm", vault::SecretBytes("1234"), act()).ok());
  EXPECT_EQ((*pins_.pin("hsm"))->size(), 4U);
  EXPECT_EQ(pins_.pin("other").error().code, "vault.pin_missing");
  EXPECT_THAT(acts(store::kGatewayChain), ElementsAre("credential.pin"));
}

TEST_F(CredentialDeskTest, TheListNamesAlsoAKeyThatIsNowhere) {
  const auto all = desk_.list();
  ASSERT_EQ(all->credentials_size(), 1);
  EXPECT_EQ(all->credentials(0).name(), "key");
  EXPECT_EQ(all->credentials(0).code(), "vault.key_missing");
}

}  // namespace
}  // namespace semafoor::custody
