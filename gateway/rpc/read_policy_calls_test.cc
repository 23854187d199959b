// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/read_policy_calls.h"

#include <gtest/gtest.h>

#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

class ReadPolicyCallsTest : public TestGateway {
 protected:
  Outcome set(v1::MessageFamily family, v1::ReadPolicy policy,
              v1::SetReadPolicyResponse* answer = nullptr) {
    auto request = about<v1::SetReadPolicyRequest>();
    auto& one = *request.add_policies();
    one.set_family(family);
    one.set_policy(policy);
    v1::SetReadPolicyResponse response;
    auto done = call(admin_stub_, &v1::Admin::Stub::SetReadPolicy, request, response);
    if (answer != nullptr) *answer = response;
    return done;
  }
  static v1::ReadPolicyInForce of(
      const google::protobuf::RepeatedPtrField<v1::ReadPolicyInForce>& all,
      v1::MessageFamily family) {
    for (const auto& one : all)
      if (one.family() == family) return one;
    ADD_FAILURE() << "no word on " << family;
    return {};
  }
};

TEST_F(ReadPolicyCallsTest, WhatIsSetIsShownAndKept) {
  v1::SetReadPolicyResponse answer;
  ASSERT_TRUE(set(v1::MESSAGE_FAMILY_CORRECTION, v1::READ_POLICY_NEVER, &answer).status.ok());
  EXPECT_EQ(of(answer.policies(), v1::MESSAGE_FAMILY_CORRECTION).policy(), v1::READ_POLICY_NEVER);
  EXPECT_TRUE(of(answer.policies(), v1::MESSAGE_FAMILY_CORRECTION).of_organisation());
  EXPECT_EQ(of(answer.policies(), v1::MESSAGE_FAMILY_OTHER).policy(), v1::READ_POLICY_ON_OPENING);

  // Whoever changes the name keeps it.
  auto put = v1::PutOrganisationRequest();
  put.mutable_organisation()->mutable_organisation()->set_value(kTestOrg);
  put.mutable_organisation()->mutable_name()->set_nl("OCMW");
  v1::PutOrganisationResponse put_answer;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, put_answer).status.ok());
  v1::GetReadPolicyResponse shown;
  ASSERT_TRUE(
      call(admin_stub_, &v1::Admin::Stub::GetReadPolicy, about<v1::GetReadPolicyRequest>(), shown)
          .status.ok());
  EXPECT_EQ(of(shown.policies(), v1::MESSAGE_FAMILY_CORRECTION).policy(), v1::READ_POLICY_NEVER);

  ASSERT_TRUE(set(v1::MESSAGE_FAMILY_CORRECTION, v1::READ_POLICY_UNSPECIFIED, &answer).status.ok());
  EXPECT_EQ(of(answer.policies(), v1::MESSAGE_FAMILY_CORRECTION).policy(),
            v1::READ_POLICY_ON_ARRIVAL);
}

TEST_F(ReadPolicyCallsTest, WhatIsWrongIsRefused) {
  EXPECT_EQ(set(static_cast<v1::MessageFamily>(99), v1::READ_POLICY_NEVER).detail.field(),
            "policies");
  EXPECT_EQ(set(v1::MESSAGE_FAMILY_OTHER, static_cast<v1::ReadPolicy>(99)).detail.code(),
            "request.invalid");
  v1::SetReadPolicyResponse response;
  EXPECT_EQ(call(admin_stub_, &v1::Admin::Stub::SetReadPolicy, about<v1::SetReadPolicyRequest>(),
                 response)
                .detail.field(),
            "policies");
  EXPECT_EQ(call(admin_stub_, &v1::Admin::Stub::SetReadPolicy,
                 about<v1::SetReadPolicyRequest>(kUnknownOrg), response)
                .detail.code(),
            "organisation.unknown");
  token_ = token_for({.admin = false, .all_organisations = true});
  EXPECT_EQ(set(v1::MESSAGE_FAMILY_OTHER, v1::READ_POLICY_NEVER).detail.code(), "permission.admin");
}

TEST_F(ReadPolicyCallsTest, WhatExpiresIsInTheStatus) {
  v1::GetStatusResponse status;
  const auto ask = [&] {
    status.Clear();
    return call(admin_stub_, &v1::Admin::Stub::GetStatus, v1::GetStatusRequest(), status)
        .status.ok();
  };
  ASSERT_TRUE(ask());
  EXPECT_FALSE(status.organisations(0).expiry().has_looked_at());
  ASSERT_TRUE(expiry_.look(kTestOrg, {}).ok());
  ASSERT_TRUE(ask());
  EXPECT_EQ(status.organisations(0).expiry().looked_at().unix_ms(), clock_.now_ms());
}

}  // namespace
}  // namespace semafoor::rpc
