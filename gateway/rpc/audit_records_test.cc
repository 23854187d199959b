// SPDX-License-Identifier: Apache-2.0
//
// What the audit holds of calls.
#include <gmock/gmock.h>

#include "gateway/domain/signal_identity.h"
#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kPerson[] = "85073003328";

class AuditRecordsTest : public TestGateway {
 protected:
  AuditRecordsTest() {
    v1::Signal signal;
    signal.set_signal_id("s1");
    signal.mutable_organisation()->set_value(kTestOrg);
    signal.mutable_person()->set_value(kPerson);
    signal.set_signal_type("X-PENSION");
    signal.set_state(v1::SIGNAL_STATE_RECEIVED);
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
    });
  }
  std::vector<v1::AuditRecord> records(const std::string& chain = kTestOrg) {
    recorder_.flush();
    store_.write([](store::Transaction&) -> Result<void> { return {}; });
    return store_.audit(chain);
  }
  std::string hash(const std::string& person) {
    return store_.ask<std::string>([&](store::Reader& reader) -> Result<std::string> {
      return reader.audit_person_hash(kTestOrg, person);
    });
  }
  Outcome get_signal(const std::string& org = kTestOrg) {
    auto request = about<v1::GetSignalRequest>(org);
    request.set_signal_id("s1");
    v1::GetSignalResponse response;
    return call(signals_stub_, &v1::Signals::Stub::GetSignal, request, response);
  }
  Outcome list_signals(const std::string& person, int& shown) {
    auto request = about<v1::ListSignalsRequest>();
    request.mutable_person()->set_value(person);
    v1::ListSignalsResponse response;
    auto outcome = call(signals_stub_, &v1::Signals::Stub::ListSignals, request, response);
    shown = response.signals_size();
    return outcome;
  }
};

TEST_F(AuditRecordsTest, AReadingSaysWhoLookedAtWhomAndWhy) {
  auto request = about<v1::GetSignalRequest>();
  request.set_signal_id("s1");
  v1::GetSignalResponse response;
  grpc::ClientContext context;
  prepare(context);
  context.AddMetadata("semafoor-actor-id-bin", "u1");
  context.AddMetadata("semafoor-actor-name-bin", "Ann");
  context.AddMetadata("semafoor-purpose-bin", "intake");
  context.AddMetadata("semafoor-reason-bin", "asked by telephone");
  context.AddMetadata("semafoor-legal-context", "leefloon");
  context.AddMetadata("semafoor-correlation-id", "corr-7");
  ASSERT_TRUE(signals_stub_->GetSignal(&context, request, &response).ok());
  const auto all = records();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].act(), "signal.read");
  EXPECT_EQ(all[0].caller().kind(), v1::AUDIT_CALLER_KIND_PROCESS);
  EXPECT_EQ(all[0].caller().pid(), pid_);
  EXPECT_EQ(all[0].actor().id(), "u1");
  EXPECT_EQ(all[0].actor().name(), "Ann");
  EXPECT_EQ(all[0].purpose(), "intake");
  EXPECT_EQ(all[0].reason(), "asked by telephone");
  EXPECT_EQ(all[0].legal_context(), "leefloon");
  EXPECT_EQ(all[0].correlation_id(), "corr-7");
  EXPECT_EQ(all[0].subject_id(), "s1");
  EXPECT_THAT(all[0].persons(), ElementsAre(hash(kPerson)));
}

TEST_F(AuditRecordsTest, AListIsOneRecordThatNamesAllWhomItShowed) {
  auto request = about<v1::ListSignalsRequest>();
  v1::ListSignalsResponse response;
  ASSERT_TRUE(call(signals_stub_, &v1::Signals::Stub::ListSignals, request, response).status.ok());
  const auto all = records();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].act(), "signal.list");
  EXPECT_EQ(all[0].detail(), "1 shown");
  EXPECT_THAT(all[0].persons(), ElementsAre(hash(kPerson)));
}

TEST_F(AuditRecordsTest, WhoSearchesForSomebodyIsRecordedAlsoWhenThereIsNothing) {
  int shown = -1;
  ASSERT_TRUE(list_signals("17073003384", shown).status.ok());
  EXPECT_EQ(shown, 0);
  const auto all = records();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(all[0].persons(), ElementsAre(hash("17073003384")));
}

TEST_F(AuditRecordsTest, AListThatShowsNobodyIsNoRecord) {
  auto request = about<v1::ListFeedbackRequest>();
  v1::ListFeedbackResponse response;
  ASSERT_TRUE(
      call(feedback_stub_, &v1::Feedback::Stub::ListFeedback, request, response).status.ok());
  auto messages = about<v1::ListMessagesRequest>();
  v1::ListMessagesResponse none;
  ASSERT_TRUE(call(mailbox_stub_, &v1::Mailbox::Stub::ListMessages, messages, none).status.ok());
  EXPECT_THAT(records(), IsEmpty());
}

TEST_F(AuditRecordsTest, MessagesAndTheirAttachmentsAreReadOnRecord) {
  add_message("m1");
  auto request = about<v1::GetMessageRequest>();
  request.set_message_id("m1");
  v1::GetMessageResponse response;
  ASSERT_TRUE(call(mailbox_stub_, &v1::Mailbox::Stub::GetMessage, request, response).status.ok());
  auto read = about<v1::ReadAttachmentRequest>();
  read.set_message_id("m1");
  read.set_attachment_id("m1-a");
  grpc::ClientContext context;
  prepare(context);
  const auto stream = mailbox_stub_->ReadAttachment(&context, read);
  v1::ReadAttachmentResponse chunk;
  while (stream->Read(&chunk)) {
  }
  ASSERT_TRUE(stream->Finish().ok());
  const auto all = records();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].act(), "message.read");
  EXPECT_EQ(all[0].subject_id(), "m1");
  EXPECT_EQ(all[1].act(), "attachment.read");
  EXPECT_EQ(all[1].subject_id(), "m1/m1-a");
}

TEST_F(AuditRecordsTest, AnAdministratorsChangesAreInTheOrganisationsChain) {
  auto request = about<v1::SetModuleRequest>();
  request.set_module(v1::MODULE_EBOX);
  v1::SetModuleResponse response;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::SetModule, request, response).status.ok());
  const auto all = records();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].act(), "module.set");
  EXPECT_EQ(all[0].detail(), "MODULE_EBOX off");
  EXPECT_EQ(all[0].subject_id(), kTestOrg);
}

TEST_F(AuditRecordsTest, ARefusalIsInTheGatewaysChainAndCannotFillTheDisk) {
  token_ = token_for({.organisations = {kOtherOrg}});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(get_signal().detail.code(), "organisation.foreign");
  token_ = "";
  EXPECT_EQ(get_signal().detail.code(), "session.missing");
  refusals_.flush();
  EXPECT_THAT(records(), IsEmpty()) << "who may not use it does not write into its chain";
  const auto all = records(store::kGatewayChain);
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].act(), "caller.refused");
  EXPECT_EQ(all[0].result(), "organisation.foreign");
  EXPECT_EQ(all[0].detail(), "Signals/GetSignal");
  EXPECT_EQ(all[0].subject_id(), kTestOrg);
  EXPECT_EQ(all[0].caller().pid(), pid_);
  EXPECT_EQ(all[1].result(), "session.missing");
  EXPECT_EQ(all[1].caller().kind(), v1::AUDIT_CALLER_KIND_UNSPECIFIED);
  EXPECT_EQ(all[2].count(), 19);
}

TEST_F(AuditRecordsTest, ADisabledModuleIsInTheOrganisationsChain) {
  auto request = about<v1::SetModuleRequest>();
  request.set_module(v1::MODULE_KNIPPERLICHT);
  v1::SetModuleResponse response;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::SetModule, request, response).status.ok());
  EXPECT_EQ(get_signal().detail.code(), "module.disabled");
  const auto all = records();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[1].act(), "caller.refused");
  EXPECT_EQ(all[1].result(), "module.disabled");
}

}  // namespace
}  // namespace semafoor::rpc
