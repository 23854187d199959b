// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/channel_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/changeover/changeover.h"
#include "gateway/changeover/list_records.h"
#include "gateway/domain/date.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/rpc/test_gateway.h"
#include "semafoor/v1/channels.grpc.pb.h"

namespace semafoor::rpc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr char kPerson[] = "85073003328";

class ChannelCallsTest : public TestGateway {
 protected:
  ChannelCallsTest() {
    rooms_.changeover = &changeover_;
    channels_ = v1::Channels::NewStub(channel_);
    admin_ = v1::ChannelsAdmin::NewStub(channel_);
  }

  Outcome set(v1::ChannelMode mode, v1::SetChannelResponse* answer = nullptr) {
    auto request = about<v1::SetChannelRequest>();
    request.set_mode(mode);
    return with_reason(&v1::ChannelsAdmin::Stub::SetChannel, request, answer);
  }
  template <typename Request, typename Response>
  Outcome with_reason(grpc::Status (v1::ChannelsAdmin::Stub::*method)(grpc::ClientContext*,
                                                                      const Request&, Response*),
                      const Request& request, Response* answer = nullptr) {
    grpc::ClientContext context;
    prepare(context);
    if (!reason_.empty()) context.AddMetadata("semafoor-reason-bin", reason_);
    Response response;
    const grpc::Status status = (admin_.get()->*method)(&context, request, &response);
    if (answer != nullptr) *answer = response;
    return outcome(context, status);
  }
  // A signal and a half-yearly list that names it.
  void add_list(const std::string& signal_id = "s1") {
    store_.write([&](store::Transaction& tx) -> Result<void> {
      v1::Signal signal;
      signal.set_signal_id(signal_id);
      signal.mutable_organisation()->set_value(kTestOrg);
      signal.mutable_person()->set_value(kPerson);
      signal.set_state(v1::SIGNAL_STATE_RECEIVED);
      signal.add_channels(v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST);
      *signal.mutable_detected_on() = domain::date_of_number(20261010);
      if (auto put = tx.put_signal(kTestOrg, domain::signal_key(signal), signal, ""); !put.ok())
        return put;
      v1::SignalList list;
      list.set_list_id("l1");
      list.set_channel(v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST);
      *list.mutable_cycle() = domain::date_of_number(20261001);
      list.add_columns("INSZ");
      v1::SignalListRow row;
      row.set_list_id("l1");
      row.set_signal_id(signal_id);
      auto& column = *row.add_columns();
      column.set_name("INSZ");
      column.set_value(kPerson);
      auto put = tx.put_entry(kTestOrg, {.kind = changeover::kListEntry,
                                         .id = "l1",
                                         .sort = 1,
                                         .person = {},
                                         .subject = {},
                                         .body = list.SerializeAsString()});
      if (!put.ok()) return put;
      return tx.put_entry(kTestOrg, {.kind = changeover::kListRowEntry,
                                     .id = "l1/1",
                                     .sort = 1,
                                     .person = {},
                                     .subject = "l1",
                                     .body = row.SerializeAsString()});
    });
  }
  void answer(const std::string& signal_id = "s1") {
    auto request = about<v1::SubmitFeedbackRequest>();
    auto& item = *request.add_items();
    item.set_client_id("0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3d");
    item.set_signal_id(signal_id);
    item.set_code("X-COUNTED");
    v1::SubmitFeedbackResponse response;
    ASSERT_TRUE(
        call(feedback_stub_, &v1::Feedback::Stub::SubmitFeedback, request, response).status.ok());
    ASSERT_TRUE(response.results(0).has_feedback()) << response.results(0).problem().code();
  }
  v1::PrepareReturnResponse prepared() {
    auto request = about<v1::PrepareReturnRequest>();
    request.set_list_id("l1");
    v1::PrepareReturnResponse response;
    EXPECT_TRUE(call(channels_, &v1::Channels::Stub::PrepareReturn, request, response).status.ok());
    return response;
  }
  Outcome file(const std::string& return_id, v1::GetReturnFileResponse& response,
               std::int64_t offset = 0) {
    auto request = about<v1::GetReturnFileRequest>();
    request.set_return_id(return_id);
    request.set_offset(offset);
    return call(channels_, &v1::Channels::Stub::GetReturnFile, request, response);
  }

  changeover::Changeover changeover_{
      *store_,
      {.valid = [this](store::Reader&, const std::string& code, std::int64_t,
                       const v1::Signal&) { return codes_.find(code, 20261001) != nullptr; },
       .judge = [](store::Transaction&, const store::Org&,
                   const upstream::MailboxContent::FeedbackResult&) { return Result<void>(); },
       .now_ms = [this] { return clock_.now_ms(); }}};
  std::unique_ptr<v1::Channels::Stub> channels_;
  std::unique_ptr<v1::ChannelsAdmin::Stub> admin_;
  std::string reason_ = "board decision 12";
};

TEST_F(ChannelCallsTest, TheChannelIsShownSetAndRecordedWithItsReason) {
  v1::GetChannelResponse shown;
  ASSERT_TRUE(
      call(channels_, &v1::Channels::Stub::GetChannel, about<v1::GetChannelRequest>(), shown)
          .status.ok());
  EXPECT_EQ(shown.channel().mode(), v1::CHANNEL_MODE_ELECTRONIC);
  v1::SetChannelResponse answer;
  ASSERT_TRUE(set(v1::CHANNEL_MODE_LISTS, &answer).status.ok());
  EXPECT_EQ(answer.channel().changes(0).reason(), reason_);
  EXPECT_EQ(store_.audit().back().act(), "channel.set");
  EXPECT_EQ(store_.audit().back().reason(), reason_);
  EXPECT_THAT(journal_.events(), Contains("channel.set"));
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK), Contains("channel.changed"));
}

TEST_F(ChannelCallsTest, SettingNeedsAnOperatorAReasonAndAChannel) {
  EXPECT_EQ(set(v1::CHANNEL_MODE_UNSPECIFIED).detail.field(), "mode");
  reason_.clear();
  EXPECT_EQ(set(v1::CHANNEL_MODE_LISTS).detail.code(), "request.reason_missing");
  reason_ = "board decision 12";
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::reader}});
  EXPECT_EQ(set(v1::CHANNEL_MODE_LISTS).detail.code(), "permission.role");
  v1::GetChannelResponse shown;
  EXPECT_TRUE(
      call(admin_, &v1::ChannelsAdmin::Stub::GetChannel, about<v1::GetChannelRequest>(), shown)
          .status.ok());
  token_ = token_for({.organisations = {kTestOrg}});
  EXPECT_EQ(set(v1::CHANNEL_MODE_LISTS).detail.code(), "permission.admin");
}

TEST_F(ChannelCallsTest, AListGoesFromItsAnswersToAConfirmedUpload) {
  ASSERT_TRUE(set(v1::CHANNEL_MODE_LISTS).status.ok());
  add_list();
  answer();
  v1::ListReturnsResponse listed;
  ASSERT_TRUE(
      call(channels_, &v1::Channels::Stub::ListReturns, about<v1::ListReturnsRequest>(), listed)
          .status.ok());
  ASSERT_EQ(listed.unreturned_size(), 1);
  const auto id = prepared().list_return().return_id();

  // A wrong beginning takes nothing out.
  v1::GetReturnFileResponse got;
  EXPECT_EQ(file(id, got, -1).detail.field(), "offset");
  EXPECT_EQ(file(id, got, 3).detail.field(), "offset");
  EXPECT_EQ(prepared().list_return().state(), v1::RETURN_STATE_PREPARED);

  ASSERT_TRUE(file(id, got).status.ok());
  EXPECT_THAT(got.piece(), HasSubstr("INSZ;X-FEEDBACK\r\n85073003328;X-COUNTED"));
  EXPECT_EQ(got.size_bytes(), static_cast<std::int64_t>(got.piece().size()));
  EXPECT_EQ(got.next_offset(), 0);
  EXPECT_EQ(got.sha256().size(), 32U);
  v1::GetReturnFileResponse rest;
  ASSERT_TRUE(file(id, rest, 3).status.ok());
  EXPECT_EQ(rest.piece(), got.piece().substr(3));
  EXPECT_EQ(file(id, rest, got.size_bytes() + 1).detail.field(), "offset");

  auto confirm = about<v1::ConfirmReturnRequest>();
  confirm.set_return_id(id);
  confirm.set_outcome(v1::RETURN_OUTCOME_ARRIVED);
  v1::ConfirmReturnResponse confirmed;
  ASSERT_TRUE(call(channels_, &v1::Channels::Stub::ConfirmReturn, confirm, confirmed).status.ok());
  EXPECT_EQ(confirmed.list_return().state(), v1::RETURN_STATE_CONFIRMED);
  auto rows = about<v1::ListReturnRowsRequest>();
  rows.set_return_id(id);
  v1::ListReturnRowsResponse shown;
  ASSERT_TRUE(call(channels_, &v1::Channels::Stub::ListReturnRows, rows, shown).status.ok());
  ASSERT_EQ(shown.rows_size(), 1);
  EXPECT_EQ(shown.rows(0).code(), "X-COUNTED");
  recorder_.flush();
  EXPECT_THAT(store_.acts(), Contains("return.file"));
  EXPECT_THAT(store_.acts(), Contains("return.rows"));
  EXPECT_THAT(store_.acts(), Contains("return.leave"));
}

TEST_F(ChannelCallsTest, NothingGoesBackWithoutAPerson) {
  ASSERT_TRUE(set(v1::CHANNEL_MODE_LISTS).status.ok());
  add_list();
  answer();
  const auto id = prepared().list_return().return_id();
  actor_id_.clear();
  v1::GetReturnFileResponse got;
  EXPECT_EQ(file(id, got).detail.code(), "request.actor_missing");
  auto send = about<v1::SendReturnRequest>();
  send.set_return_id(id);
  v1::SendReturnResponse sent;
  EXPECT_EQ(call(channels_, &v1::Channels::Stub::SendReturn, send, sent).detail.code(),
            "request.actor_missing");
  actor_id_ = "u1";
  EXPECT_EQ(call(channels_, &v1::Channels::Stub::SendReturn, send, sent).detail.code(),
            "channels.no_reply");
}

TEST_F(ChannelCallsTest, AnAdministratorSeesWhichRowsAreMissingAndNotWhoTheyAreAbout) {
  add_list();
  ASSERT_EQ(prepared().missing_size(), 1);
  EXPECT_GT(prepared().missing(0).columns_size(), 0);
  auto request = about<v1::PrepareReturnRequest>();
  request.set_list_id("l1");
  v1::PrepareReturnResponse response;
  ASSERT_TRUE(call(admin_, &v1::ChannelsAdmin::Stub::PrepareReturn, request, response).status.ok());
  ASSERT_EQ(response.missing_size(), 1);
  EXPECT_EQ(response.missing(0).columns_size(), 0);
  EXPECT_EQ(response.missing(0).signal_id(), "s1");
  auto file_request = about<v1::GetReturnFileRequest>();
  file_request.set_return_id(response.list_return().return_id());
  reason_.clear();
  EXPECT_EQ(with_reason(&v1::ChannelsAdmin::Stub::GetReturnFile, file_request).detail.code(),
            "request.reason_missing");
}

TEST_F(ChannelCallsTest, AReportNamesWhatDiffersAndIsRecorded) {
  add_list();
  auto request = about<v1::GetReconciliationRequest>();
  v1::GetReconciliationResponse report;
  ASSERT_TRUE(call(channels_, &v1::Channels::Stub::GetReconciliation, request, report).status.ok());
  ASSERT_EQ(report.differences_size(), 1);
  EXPECT_EQ(report.differences(0).reason_code(), "channels.no_integration");
  EXPECT_EQ(report.advice(), v1::CHANNEL_ADVICE_NONE);
  recorder_.flush();
  EXPECT_THAT(store_.acts(), Contains("reconciliation.read"));

  *request.mutable_period()->mutable_from() = domain::date_of_number(20260101);
  EXPECT_EQ(call(channels_, &v1::Channels::Stub::GetReconciliation, request, report).detail.field(),
            "period");
  *request.mutable_period()->mutable_to() = domain::date_of_number(20271231);
  EXPECT_TRUE(call(channels_, &v1::Channels::Stub::GetReconciliation, request, report).status.ok());
  EXPECT_EQ(report.months_size(), 24);
  *request.mutable_period()->mutable_to() = domain::date_of_number(20280101);
  EXPECT_EQ(call(channels_, &v1::Channels::Stub::GetReconciliation, request, report).detail.field(),
            "period");
}

TEST_F(ChannelCallsTest, WhatIsUnknownIsSaid) {
  v1::GetReturnFileResponse got;
  EXPECT_EQ(file("none", got).detail.code(), "channels.return_unknown");
  auto confirm = about<v1::ConfirmReturnRequest>();
  confirm.set_return_id("none");
  v1::ConfirmReturnResponse confirmed;
  EXPECT_EQ(call(channels_, &v1::Channels::Stub::ConfirmReturn, confirm, confirmed).detail.field(),
            "outcome");
  token_ = token_for({.organisations = {kTestOrg}, .modules = {"ebox"}});
  v1::GetChannelResponse shown;
  EXPECT_EQ(call(channels_, &v1::Channels::Stub::GetChannel, about<v1::GetChannelRequest>(), shown)
                .detail.code(),
            "module.foreign");
}

}  // namespace
}  // namespace semafoor::rpc
