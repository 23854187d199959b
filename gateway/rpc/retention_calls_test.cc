// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/retention_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kFamily = v1::MESSAGE_FAMILY_CORRECTION;

class RetentionCallsTest : public TestGateway {
 protected:
  static void add(Retentions& retentions, v1::MessageFamily family, int days,
                  bool for_ever = false) {
    auto& one = *retentions.Add();
    one.set_family(family);
    one.set_keep_days(days);
    one.set_for_ever(for_ever);
  }
  Outcome set(const v1::SetRetentionRequest& request, v1::SetRetentionResponse* answer = nullptr) {
    grpc::ClientContext context;
    prepare(context);
    if (!reason_.empty()) context.AddMetadata("semafoor-reason-bin", reason_);
    v1::SetRetentionResponse response;
    auto done = outcome(context, admin_stub_->SetRetention(&context, request, &response));
    if (answer != nullptr) *answer = response;
    return done;
  }
  Outcome set(v1::MessageFamily family, int days, bool for_ever = false,
              v1::SetRetentionResponse* answer = nullptr) {
    auto request = about<v1::SetRetentionRequest>();
    add(*request.mutable_retentions(), family, days, for_ever);
    return set(request, answer);
  }
  v1::GetRetentionResponse shown() {
    v1::GetRetentionResponse response;
    EXPECT_TRUE(call(admin_stub_, &v1::Admin::Stub::GetRetention, about<v1::GetRetentionRequest>(),
                     response)
                    .status.ok());
    return response;
  }
  static v1::RetentionInForce of(
      const google::protobuf::RepeatedPtrField<v1::RetentionInForce>& all,
      v1::MessageFamily family) {
    for (const auto& one : all)
      if (one.family() == family) return one;
    ADD_FAILURE() << "no word on " << family;
    return {};
  }
  // Received so long ago, and gone from its provider.
  void add_old(const std::string& id, int days_ago) {
    store::StoredMessage stored;
    stored.message.set_message_id(id);
    stored.message.mutable_organisation()->set_value(kTestOrg);
    stored.message.set_provider_id("nsso");
    stored.message.set_provider_message_id(id);
    stored.message.set_family(kFamily);
    stored.message.set_gone_upstream(true);
    stored.message.mutable_received_at()->set_unix_ms(clock_.now_ms() - days_ago * 86'400'000LL);
    store_.write([&](store::Transaction& tx) { return tx.put_message(kTestOrg, stored, ""); });
  }

  std::string reason_ = "board decision 12";
};

TEST_F(RetentionCallsTest, WhatIsSetIsShownKeptAndRecordedWithItsReason) {
  EXPECT_EQ(of(shown().retentions(), kFamily).keep_days(), 0) << "for ever, unless somebody says";
  v1::SetRetentionResponse answer;
  ASSERT_TRUE(set(kFamily, 365, false, &answer).status.ok());
  EXPECT_EQ(of(answer.retentions(), kFamily).keep_days(), 365);
  EXPECT_TRUE(of(answer.retentions(), kFamily).of_organisation());
  EXPECT_EQ(of(answer.retentions(), v1::MESSAGE_FAMILY_OTHER).keep_days(), 0);
  const auto record = store_.audit().back();
  EXPECT_EQ(record.act(), "retention.set");
  EXPECT_EQ(record.reason(), reason_);
  EXPECT_EQ(record.detail(), "MESSAGE_FAMILY_CORRECTION=365");

  // Whoever changes the name keeps it, and cannot say it on the side.
  auto put = v1::PutOrganisationRequest();
  put.mutable_organisation()->mutable_organisation()->set_value(kTestOrg);
  put.mutable_organisation()->mutable_name()->set_nl("OCMW");
  add(*put.mutable_organisation()->mutable_retentions(), v1::MESSAGE_FAMILY_OTHER, 30);
  v1::PutOrganisationResponse put_answer;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, put_answer).status.ok());
  put.mutable_organisation()->mutable_organisation()->set_value(kUnknownOrg);
  put.mutable_organisation()->set_client_id("c");
  put.mutable_organisation()->set_key_name("k");
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, put_answer).status.ok());
  EXPECT_EQ(put_answer.organisation().retentions_size(), 0);
  EXPECT_EQ(of(shown().retentions(), kFamily).keep_days(), 365);
  EXPECT_EQ(of(shown().retentions(), v1::MESSAGE_FAMILY_OTHER).keep_days(), 0);

  ASSERT_TRUE(set(kFamily, 0, false, &answer).status.ok());
  EXPECT_FALSE(of(answer.retentions(), kFamily).of_organisation());
  EXPECT_EQ(store_.audit().back().detail(), "MESSAGE_FAMILY_CORRECTION=none");
}

TEST_F(RetentionCallsTest, WhatIsWrongIsRefused) {
  EXPECT_EQ(set(static_cast<v1::MessageFamily>(99), 365).detail.field(), "retentions");
  for (const int days : {-1, 1, 29, 36'501})
    EXPECT_EQ(set(kFamily, days).detail.code(), "request.invalid") << days;
  EXPECT_THAT(set(kFamily, 29).status.error_message(), HasSubstr("30 to 36500"));
  EXPECT_EQ(set(kFamily, 365, true).detail.code(), "request.invalid");
  EXPECT_EQ(set(about<v1::SetRetentionRequest>()).detail.field(), "retentions");
  auto twice = about<v1::SetRetentionRequest>();
  add(*twice.mutable_retentions(), kFamily, 365);
  add(*twice.mutable_retentions(), kFamily, 30);
  EXPECT_THAT(set(twice).status.error_message(), HasSubstr("named twice"));
  EXPECT_EQ(of(shown().retentions(), kFamily).keep_days(), 0);
}

TEST_F(RetentionCallsTest, SettingNeedsAnOperatorAndAReasonAndLookingAReader) {
  reason_.clear();
  EXPECT_EQ(set(kFamily, 365).detail.code(), "request.reason_missing");
  reason_ = "board decision 12";
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::reader}});
  EXPECT_EQ(set(kFamily, 365).detail.code(), "permission.role");
  EXPECT_EQ(of(shown().retentions(), kFamily).keep_days(), 0);
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::operating}});
  EXPECT_TRUE(set(kFamily, 365).status.ok());
  token_ = token_for({.admin = false, .all_organisations = true});
  EXPECT_EQ(set(kFamily, 30).detail.code(), "permission.admin");
}

TEST_F(RetentionCallsTest, APreviewCountsAndRemovesNothing) {
  for (int i = 0; i < 3; ++i) add_old("old" + std::to_string(i), 100);
  add_old("young", 10);
  const auto preview = [&](int days) {
    auto request = about<v1::PreviewRetentionRequest>();
    if (days != 0) add(*request.mutable_retentions(), kFamily, days);
    v1::PreviewRetentionResponse response;
    EXPECT_TRUE(
        call(admin_stub_, &v1::Admin::Stub::PreviewRetention, request, response).status.ok());
    return response;
  };
  EXPECT_EQ(preview(0).previews_size(), 0) << "all is kept for ever";
  ASSERT_EQ(preview(30).previews_size(), 1);
  EXPECT_EQ(preview(30).previews(0).family(), kFamily);
  EXPECT_EQ(preview(30).previews(0).messages(), 3);
  EXPECT_EQ(store_.counters().messages, 4);
  EXPECT_EQ(of(shown().retentions(), kFamily).keep_days(), 0) << "nothing was set";
}

TEST_F(RetentionCallsTest, WhoAsksForARemovedMessageIsToldWhatBecameOfIt) {
  add_old("old", 100);
  ASSERT_TRUE(set(kFamily, 30).status.ok());
  ASSERT_TRUE(retention_.run(kTestOrg, {}).ok());
  auto request = about<v1::GetMessageRequest>();
  request.set_message_id("old");
  v1::GetMessageResponse response;
  const auto done = call(mailbox_stub_, &v1::Mailbox::Stub::GetMessage, request, response);
  EXPECT_EQ(done.code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(done.detail.code(), "mailbox.message_removed_by_retention");
  EXPECT_FALSE(done.detail.retryable());
  EXPECT_THAT(done.detail.text().nl(), HasSubstr("bewaartermijn"));
  EXPECT_THAT(store_.event_types(v1::MODULE_EBOX), Contains("message.removed"));
  EXPECT_THAT(store_.acts(), Not(Contains("message.read")));
}

}  // namespace
}  // namespace semafoor::rpc
