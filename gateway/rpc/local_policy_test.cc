// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/local_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::rpc {
namespace {

using ::testing::HasSubstr;

constexpr char kHash[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

class Suite final : public Program {
 public:
  const std::string& path() const override { return path_; }
  bool is(const std::filesystem::path& file) const override { return file == path_; }
  Result<std::string> sha256() const override { return std::string(kHash); }

 private:
  const std::string path_ = "/opt/suite/suite";
};

class LocalPolicyTest : public testing::Test {
 protected:
  static PeerIdentity peer(std::string account, std::vector<std::string> groups) {
    return {.account = std::move(account), .groups = std::move(groups), .pid = 1, .start_time = 1};
  }
  static AllowRule rule(std::optional<std::string> account, std::optional<std::string> group,
                        std::string org, std::set<Role> roles = {}) {
    return {.account = std::move(account),
            .group = std::move(group),
            .access = {.organisations = {std::move(org)}, .roles = std::move(roles)}};
  }
  Result<Rights> ask(const LocalPolicy& policy, const PeerIdentity& who) {
    return policy.access_of(who, [this]() -> Result<std::shared_ptr<const Program>> {
      ++looks_;
      if (hidden_)
        return Error{ErrorKind::permission_denied, "program.unknown", "The program is hidden."};
      return std::shared_ptr<const Program>(std::make_shared<Suite>());
    });
  }
  // What is refused for the program, and why.
  std::string other_program(const LocalPolicy& policy) {
    const auto refused = ask(policy, peer("uid 600", {}));
    if (refused.ok()) return "";
    EXPECT_EQ(refused.error().code, "attestation.program");
    return refused.error().message;
  }

  int looks_ = 0;
  bool hidden_ = false;
};

TEST_F(LocalPolicyTest, OwnAccountAndRootMayDoEverything) {
  const LocalPolicy policy({"uid 0", "uid 500"}, {});
  for (const char* account : {"uid 0", "uid 500"}) {
    const auto rights = ask(policy, peer(account, {"gid 7"}));
    ASSERT_TRUE(rights);
    for (const Role role : {Role::reader, Role::operating, Role::security_officer})
      EXPECT_TRUE(rights->has(role, "0212214917"));
    EXPECT_TRUE(rights->may_use("0212214917", "ebox"));
  }
  // A group of that number is nobody special.
  EXPECT_EQ(ask(policy, peer("uid 501", {"gid 0", "gid 500"})).error().code, "attestation.refused");
}

TEST_F(LocalPolicyTest, AMasterMayBeAGroup) {
  const LocalPolicy policy({"S-1-5-18", "S-1-5-32-544"}, {});
  const auto rights = ask(policy, peer("S-1-5-21-1-2-3-500", {"S-1-1-0", "S-1-5-32-544"}));
  ASSERT_TRUE(rights);
  EXPECT_TRUE(rights->administers());
  EXPECT_FALSE(ask(policy, peer("S-1-5-21-1-2-3-1000", {"S-1-1-0", "S-1-5-32-545"})));
}

TEST_F(LocalPolicyTest, RulesAddUpAndANamedGroupMayBeASupplementaryOne) {
  const LocalPolicy policy({"uid 500"}, {rule("uid 600", std::nullopt, "A"),
                                         rule(std::nullopt, "gid 70", "B", {Role::operating}),
                                         rule("uid 600", "gid 80", "C")});
  const auto by_user = ask(policy, peer("uid 600", {"gid 1"}));
  ASSERT_TRUE(by_user);
  EXPECT_TRUE(by_user->may_use("A"));
  EXPECT_FALSE(by_user->may_use("B"));
  EXPECT_FALSE(by_user->may_use("C")) << "a rule with user and group wants both";
  EXPECT_FALSE(by_user->administers());
  const auto both = ask(policy, peer("uid 600", {"gid 1", "gid 70", "gid 80"}));
  ASSERT_TRUE(both);
  EXPECT_TRUE(both->may_use("A") && both->may_use("B") && both->may_use("C"));
  EXPECT_TRUE(both->has(Role::operating));
  EXPECT_FALSE(ask(policy, peer("uid 601", {"gid 80"})));
}

TEST_F(LocalPolicyTest, WhatOneRuleGivesForAnOrganisationAnotherRuleDoesNotGiveForItsOwn) {
  AllowRule ebox = rule("uid 600", std::nullopt, "A", {Role::operating});
  ebox.access.modules = {"ebox"};
  AllowRule feedback = rule("uid 600", std::nullopt, "B", {Role::reader});
  feedback.access.modules = {"feedback"};
  const auto rights = ask(LocalPolicy({}, {ebox, feedback}), peer("uid 600", {}));
  ASSERT_TRUE(rights);
  EXPECT_TRUE(rights->may_use("A", "ebox"));
  EXPECT_FALSE(rights->may_use("A", "feedback"));
  EXPECT_FALSE(rights->may_use("B", "ebox"));
  EXPECT_TRUE(rights->has(Role::operating, "A"));
  EXPECT_FALSE(rights->has(Role::operating, "B"));
  EXPECT_TRUE(rights->has(Role::reader, "B"));
}

TEST_F(LocalPolicyTest, OperatorAndSecurityOfficerReadAndNeitherIsTheOther) {
  const auto rights_of = [this](Role role) {
    return *ask(LocalPolicy({}, {rule("uid 600", std::nullopt, "A", {role})}), peer("uid 600", {}));
  };
  const Rights operating = rights_of(Role::operating);
  const Rights officer = rights_of(Role::security_officer);
  EXPECT_TRUE(operating.has(Role::reader) && officer.has(Role::reader));
  EXPECT_FALSE(operating.has(Role::security_officer));
  EXPECT_FALSE(officer.has(Role::operating));
  EXPECT_FALSE(rights_of(Role::reader).has(Role::operating));
}

TEST_F(LocalPolicyTest, ARuleThatNamesNobodyFitsNobody) {
  const LocalPolicy policy({"uid 500"}, {rule(std::nullopt, std::nullopt, "A")});
  EXPECT_FALSE(ask(policy, peer("uid 600", {"gid 1"})));
}

TEST_F(LocalPolicyTest, ARuleForAProgramFitsThatFileWithThatContentOnly) {
  AllowRule one = rule("uid 600", std::nullopt, "A");
  one.program = "/opt/suite/suite";
  one.sha256 = kHash;
  EXPECT_EQ(other_program(LocalPolicy({}, {one})), "");
  one.sha256.front() = 'b';
  EXPECT_THAT(other_program(LocalPolicy({}, {one})),
              AllOf(HasSubstr("[[local.allow]] 1"), HasSubstr(kHash)));
  one.sha256.clear();
  one.program = "/opt/other";
  EXPECT_THAT(other_program(LocalPolicy({}, {one})),
              AllOf(HasSubstr("/opt/suite/suite"), HasSubstr("/opt/other")));
  hidden_ = true;
  EXPECT_THAT(other_program(LocalPolicy({}, {one})), HasSubstr("The program is hidden."));
}

TEST_F(LocalPolicyTest, AProgramIsLookedAtOnceAndOnlyWhenARuleWantsToKnowIt) {
  AllowRule one = rule("uid 600", std::nullopt, "A");
  EXPECT_TRUE(ask(LocalPolicy({}, {one}), peer("uid 600", {})));
  EXPECT_EQ(looks_, 0);
  one.program = "/opt/other";
  EXPECT_FALSE(ask(LocalPolicy({}, {one}), peer("uid 601", {})));
  EXPECT_EQ(looks_, 0);
  AllowRule two = rule("uid 600", std::nullopt, "B");
  two.program = "/opt/suite/suite";
  const auto rights = ask(LocalPolicy({}, {one, two}), peer("uid 600", {}));
  ASSERT_TRUE(rights);
  EXPECT_TRUE(rights->may_use("B"));
  EXPECT_FALSE(rights->may_use("A"));
  EXPECT_EQ(looks_, 1);
}

}  // namespace
}  // namespace semafoor::rpc
