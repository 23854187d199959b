// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "gateway/rpc/admin_rules.h"
#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

class AdminRoles : public TestGateway {
 protected:
  void become(Role role, const std::string& org = kTestOrg) {
    token_ = token_for({.organisations = {org}, .roles = {role}});
  }
  std::string synchronise(const std::string& org = kTestOrg) {
    v1::SynchroniseOrganisationResponse response;
    return call(admin_stub_, &v1::Admin::Stub::SynchroniseOrganisation,
                about<v1::SynchroniseOrganisationRequest>(org), response)
        .detail.code();
  }
  std::string read_policy() {
    v1::GetReadPolicyResponse response;
    return call(admin_stub_, &v1::Admin::Stub::GetReadPolicy, about<v1::GetReadPolicyRequest>(),
                response)
        .detail.code();
  }
  std::string backup(const std::string& reason) {
    v1::StartBackupRequest request;
    request.set_folder("not absolute");
    v1::StartBackupResponse response;
    grpc::ClientContext context;
    prepare(context);
    if (!reason.empty()) context.AddMetadata("semafoor-reason-bin", reason);
    return outcome(context, admin_stub_->StartBackup(&context, request, &response)).detail.code();
  }
};

TEST_F(AdminRoles, AReaderLooksAndDoesNothing) {
  become(Role::reader);
  EXPECT_EQ(read_policy(), "");
  EXPECT_EQ(synchronise(), "permission.role");
  EXPECT_EQ(backup("because"), "permission.role");
  EXPECT_THAT(journal_.events(), Contains("call.failed"));
}

TEST_F(AdminRoles, AnOperatorOperatesAndASecurityOfficerDoesNot) {
  become(Role::operating);
  EXPECT_EQ(synchronise(), "");
  become(Role::security_officer);
  EXPECT_EQ(read_policy(), "");
  EXPECT_EQ(synchronise(), "permission.role");
}

TEST_F(AdminRoles, ARoleEndsAtTheOrganisationsItWasGivenFor) {
  store_.add_organisation(kOtherOrg);
  become(Role::operating, kOtherOrg);
  EXPECT_EQ(synchronise(), "organisation.foreign");
  v1::ListOrganisationsResponse list;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::ListOrganisations, {}, list).status.ok());
  ASSERT_EQ(list.organisations_size(), 1);
  EXPECT_EQ(list.organisations(0).organisation().value(), kOtherOrg);
  v1::GetStatusResponse status;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::GetStatus, {}, status).status.ok());
  EXPECT_EQ(status.organisations_size(), 1);
  v1::PutOrganisationRequest put;
  put.mutable_organisation()->mutable_organisation()->set_value(kTestOrg);
  v1::PutOrganisationResponse answer;
  EXPECT_EQ(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, answer).detail.code(),
            "organisation.foreign");
}

TEST_F(AdminRoles, ADangerousActNeedsAReasonThatIsNoPersonsNumber) {
  become(Role::operating);
  EXPECT_EQ(backup(""), "request.reason_missing");
  EXPECT_EQ(backup(" \t"), "request.reason_missing");
  EXPECT_EQ(backup(std::string(1025, 'x')), "request.invalid");
  EXPECT_EQ(backup("85.07.30-033.28"), "request.invalid");
  // The folder is looked at: the reason was taken.
  EXPECT_EQ(backup("before the upgrade").substr(0, 7), "backup.");
}

TEST_F(AdminRoles, ACallerHasTheModulesItsRuleNamesAndLearnsOfNoOther) {
  token_ = token_for({.organisations = {kTestOrg}, .modules = {"ebox"}});
  v1::ListMessagesResponse messages;
  EXPECT_TRUE(call(mailbox_stub_, &v1::Mailbox::Stub::ListMessages,
                   about<v1::ListMessagesRequest>(), messages)
                  .status.ok());
  v1::ListSignalsResponse signals;
  EXPECT_EQ(
      call(signals_stub_, &v1::Signals::Stub::ListSignals, about<v1::ListSignalsRequest>(), signals)
          .detail.code(),
      "module.foreign");
  auto request = about<v1::HandshakeRequest>();
  request.set_module(v1::MODULE_EBOX);
  v1::HandshakeResponse response;
  ASSERT_TRUE(call(modules_stub_, &v1::Modules::Stub::Handshake, request, response).status.ok());
  EXPECT_THAT(response.enabled_modules(), ElementsAre(v1::MODULE_EBOX));
}

TEST_F(AdminRoles, WhatIsAboutAllOrganisationsNeedsTheRoleForAllOfThem) {
  const auto list = [this] {
    v1::ListCredentialsResponse response;
    return call(admin_stub_, &v1::Admin::Stub::ListCredentials, {}, response).detail.code();
  };
  become(Role::security_officer);
  EXPECT_EQ(list(), "permission.role");
  token_ = token_for({.all_organisations = true, .roles = {Role::security_officer}});
  EXPECT_EQ(list(), "gateway.no_vault");
}

TEST_F(AdminRoles, ARoleForOneOrganisationIsNoneForAnotherThatOneOnlyWorksFor) {
  Session session;
  session.access = Access{.organisations = {kOtherOrg}, .roles = {Role::operating}};
  session.access.add({.organisations = {kTestOrg}});
  token_ = *sessions_.open(std::move(session));
  EXPECT_EQ(synchronise(), "permission.role");
}

TEST(AdminRules, WhoReplaysOrDiscardsGivesItsReasonInTheRequest) {
  EXPECT_EQ(rule_of(Method::replay_feedback)->reason, Reason::request);
  EXPECT_EQ(rule_of(Method::discard_feedback)->reason, Reason::request);
  EXPECT_FALSE(rule_of(Method::list_messages));
}

}  // namespace
}  // namespace semafoor::rpc
