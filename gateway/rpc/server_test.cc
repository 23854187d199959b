// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include "gateway/domain/signal_identity.h"
#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ServerTest : public TestGateway {
 protected:
  Outcome get_message(const std::string& id, const std::string& org = kTestOrg) {
    auto request = about<v1::GetMessageRequest>(org);
    request.set_message_id(id);
    v1::GetMessageResponse response;
    return call(mailbox_stub_, &v1::Mailbox::Stub::GetMessage, request, response);
  }
  void add_signal(const std::string& id) {
    v1::Signal signal;
    signal.set_signal_id(id);
    signal.set_signal_reference(id);
    signal.mutable_organisation()->set_value(kTestOrg);
    signal.set_law(v1::LAW_RMI);
    signal.set_dossier_number(id);
    signal.set_signal_type("X-PENSION");
    signal.set_state(v1::SIGNAL_STATE_RECEIVED);
    signal.set_match_state(v1::MATCH_STATE_OPEN);
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "signal.received");
    });
  }
  void set_module(v1::Module module, bool enabled) {
    auto request = about<v1::SetModuleRequest>();
    request.set_module(module);
    request.set_enabled(enabled);
    v1::SetModuleResponse response;
    ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::SetModule, request, response).status.ok());
  }
  // The serving status of grpc.health.v1, by its wire form: field 1, varint.
  int health() {
    grpc::GenericStub stub(channel_);
    grpc::CompletionQueue queue;
    grpc::ClientContext context;
    const grpc::ByteBuffer request;
    grpc::Slice empty;
    const grpc::ByteBuffer body(&empty, 1);
    auto asked = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", body, &queue);
    asked->StartCall();
    grpc::ByteBuffer reply;
    grpc::Status status;
    asked->Finish(&reply, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue.Next(&tag, &ok));
    EXPECT_TRUE(status.ok()) << status.error_message();
    grpc::Slice slice;
    EXPECT_TRUE(reply.DumpToSingleSlice(&slice).ok());
    return slice.size() == 2 ? slice.begin()[1] : 0;
  }
};

TEST_F(ServerTest, WithoutATokenNothingIsAnswered) {
  for (const std::string& token : {std::string(), std::string("wrong"), std::string(64, 'a')}) {
    token_ = token;
    const auto outcome = get_message("m1");
    EXPECT_EQ(outcome.code(), grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(outcome.detail.code(), token.empty() ? "session.missing" : "session.unknown");
    EXPECT_THAT(outcome.status.error_message(), HasSubstr("attestation socket"));
  }
}

TEST_F(ServerTest, AForeignOrganisationIsRefusedWhetherItExistsOrNot) {
  token_ = token_for({.organisations = {kOtherOrg}});
  for (const char* org : {kTestOrg, kUnknownOrg}) {
    const auto outcome = get_message("m1", org);
    EXPECT_EQ(outcome.code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(outcome.detail.code(), "organisation.foreign");
  }
}

TEST_F(ServerTest, AnUnknownOrganisationIsNotFound) {
  const auto outcome = get_message("m1", kUnknownOrg);
  EXPECT_EQ(outcome.code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(outcome.detail.code(), "organisation.unknown");
  EXPECT_EQ(outcome.detail.correlation_id(), "corr-1");
  EXPECT_FALSE(outcome.detail.text().fr().empty());
}

TEST_F(ServerTest, AMissingOrMisspeltOrganisationIsAnInvalidArgument) {
  for (const char* org : {"", "123", "0212214918", "X"}) {
    const auto outcome = get_message("m1", org);
    EXPECT_EQ(outcome.code(), grpc::StatusCode::INVALID_ARGUMENT) << org;
    EXPECT_EQ(outcome.detail.field(), "organisation");
  }
}

TEST_F(ServerTest, ADisabledModuleSaysSoAtOnceAndWorksAgainWhenEnabled) {
  add_message("m1");
  EXPECT_TRUE(get_message("m1").status.ok());
  set_module(v1::MODULE_EBOX, false);
  const auto outcome = get_message("m1");
  EXPECT_EQ(outcome.code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(outcome.detail.code(), "module.disabled");
  EXPECT_EQ(outcome.detail.status(), 109);
  set_module(v1::MODULE_EBOX, true);
  EXPECT_TRUE(get_message("m1").status.ok());
}

TEST_F(ServerTest, OnlyAdministratorsAdminister) {
  token_ = token_for({.all_organisations = true});
  v1::GetStatusResponse response;
  const auto outcome = call(admin_stub_, &v1::Admin::Stub::GetStatus, {}, response);
  EXPECT_EQ(outcome.code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(outcome.detail.code(), "permission.admin");
}

TEST_F(ServerTest, AnAdministratorAddsAnOrganisationAndKeepsItsModulesWhenChangingIt) {
  v1::PutOrganisationRequest put;
  put.mutable_organisation()->mutable_organisation()->set_value("0212.344.876");
  put.mutable_organisation()->mutable_name()->set_nl("OCMW Voorbeeld");
  put.mutable_organisation()->set_client_id("client");
  put.mutable_organisation()->set_key_name("key");
  v1::PutOrganisationResponse added;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, added).status.ok());
  EXPECT_EQ(added.organisation().organisation().value(), kOtherOrg);
  auto enable = about<v1::SetModuleRequest>(kOtherOrg);
  enable.set_module(v1::MODULE_FEEDBACK);
  enable.set_enabled(true);
  v1::SetModuleResponse enabled;
  for (int twice = 0; twice < 2; ++twice)
    ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::SetModule, enable, enabled).status.ok());
  put.mutable_organisation()->clear_name();
  put.mutable_organisation()->set_client_id("other");
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, added).status.ok());
  EXPECT_EQ(added.organisation().name().nl(), "OCMW Voorbeeld");
  EXPECT_EQ(added.organisation().client_id(), "other");
  EXPECT_THAT(added.organisation().enabled_modules(), ElementsAre(v1::MODULE_FEEDBACK));

  put.mutable_organisation()->mutable_name()->set_fr("CPAS Exemple");
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, added).status.ok());
  EXPECT_EQ(added.organisation().name().nl(), "OCMW Voorbeeld");
  EXPECT_EQ(added.organisation().name().fr(), "CPAS Exemple");

  v1::ListOrganisationsResponse list;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::ListOrganisations, {}, list).status.ok());
  EXPECT_EQ(list.organisations_size(), 2);

  put.mutable_organisation()->set_key_name("../key");
  const auto outcome = call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, added);
  EXPECT_EQ(outcome.detail.field(), "organisation.keyName");
}

TEST_F(ServerTest, AServiceProviderIsSetKeptAndTakenAway) {
  v1::PutOrganisationRequest put;
  put.mutable_organisation()->mutable_organisation()->set_value(kOtherOrg);
  v1::Representative& provider = *put.mutable_organisation()->mutable_representative();
  v1::PutOrganisationResponse stored;
  const auto refused = [&] {
    return call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, stored).detail.field();
  };
  provider.set_client_id("provider");
  EXPECT_EQ(refused(), "organisation.representative") << "without a key";
  provider.set_key_name("../key");
  EXPECT_EQ(refused(), "organisation.representative.keyName");
  provider.set_key_name("provider-key");
  put.set_end_representation(true);
  EXPECT_EQ(refused(), "organisation.representative") << "set and ended at once";
  put.set_end_representation(false);
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, stored).status.ok());
  EXPECT_EQ(stored.organisation().client_id(), "") << "what an older gateway would use";

  put.mutable_organisation()->clear_representative();
  put.mutable_organisation()->set_client_id("own");
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, stored).status.ok());
  EXPECT_EQ(stored.organisation().representative().client_id(), "provider");
  EXPECT_EQ(stored.organisation().client_id(), "own");
  put.set_end_representation(true);
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, stored).status.ok());
  EXPECT_FALSE(stored.organisation().has_representative());
  EXPECT_EQ(stored.organisation().client_id(), "own");
}

TEST_F(ServerTest, ATechnicalAccountIsSetWholeAndTakenAway) {
  v1::PutOrganisationRequest put;
  put.mutable_organisation()->mutable_organisation()->set_value(kOtherOrg);
  v1::TechnicalAccount& account = *put.mutable_organisation()->mutable_technical_account();
  v1::PutOrganisationResponse stored;
  const auto refused = [&] {
    return call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, stored).detail.field();
  };
  account.set_user("us:er");
  account.set_password_name("ocmw");
  EXPECT_EQ(refused(), "organisation.technicalAccount.user");
  account.set_user("user");
  account.set_password_name("../ocmw");
  EXPECT_EQ(refused(), "organisation.technicalAccount.passwordName");
  account.set_password_name("ocmw");
  account.set_user_id("123");
  EXPECT_EQ(refused(), "organisation.technicalAccount.userId");
  account.set_user_id("00000000097");
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, stored).status.ok());
  EXPECT_EQ(stored.organisation().technical_account().user(), "user");
  put.mutable_organisation()->clear_technical_account();
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, stored).status.ok());
  EXPECT_TRUE(stored.organisation().has_technical_account()) << "left out, it stays";
  put.mutable_organisation()->mutable_technical_account();
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::PutOrganisation, put, stored).status.ok());
  EXPECT_FALSE(stored.organisation().has_technical_account());
}

TEST_F(ServerTest, StatusTellsOfTheProcessAndItsOrganisations) {
  add_message("m1");
  v1::GetStatusResponse status;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::GetStatus, {}, status).status.ok());
  EXPECT_EQ(status.gateway_version(), "1.2.3");
  EXPECT_TRUE(status.ready());
  EXPECT_EQ(status.sessions(), 1);
  EXPECT_TRUE(status.clock().wrong());
  EXPECT_EQ(status.clock().skew_seconds(), -360);
  EXPECT_GT(status.store_bytes(), 0);
  ASSERT_EQ(status.organisations_size(), 1);
  EXPECT_EQ(status.organisations(0).messages(), 1);
}

TEST_F(ServerTest, MessagesAreListedInPagesWithOneCursor) {
  for (int i = 0; i < 5; ++i) add_message("m" + std::to_string(i));
  auto request = about<v1::ListMessagesRequest>();
  request.set_page_size(2);
  std::set<std::string> ids;
  std::set<std::string> cursors;
  do {
    v1::ListMessagesResponse page;
    ASSERT_TRUE(call(mailbox_stub_, &v1::Mailbox::Stub::ListMessages, request, page).status.ok());
    EXPECT_GE(page.total_count(), 5);
    for (const auto& message : page.messages()) ids.insert(message.message_id());
    cursors.insert(page.cursor());
    request.set_page_token(page.next_page_token());
    if (ids.size() == 2) {
      // What comes in between does not move the cursor, and other filters want their own listing.
      add_message("later");
      auto other = request;
      other.set_unseen_only(true);
      EXPECT_EQ(call(mailbox_stub_, &v1::Mailbox::Stub::ListMessages, other, page).detail.field(),
                "pageToken");
    }
  } while (!request.page_token().empty());
  EXPECT_GE(ids.size(), 5U);
  EXPECT_EQ(cursors.size(), 1U);
  auto changes = about<v1::ListMessagesRequest>();
  changes.set_changed_since(*cursors.begin());
  v1::ListMessagesResponse page;
  ASSERT_TRUE(call(mailbox_stub_, &v1::Mailbox::Stub::ListMessages, changes, page).status.ok());
  ASSERT_EQ(page.messages_size(), 1);
  EXPECT_EQ(page.messages(0).message_id(), "later");
}

TEST_F(ServerTest, MarkSeenRecordsTheActorOfTheCall) {
  add_message("m1");
  auto request = about<v1::MarkSeenRequest>();
  request.add_message_ids("m1");
  v1::MarkSeenResponse response;
  ASSERT_TRUE(call(mailbox_stub_, &v1::Mailbox::Stub::MarkSeen, request, response).status.ok());
  ASSERT_EQ(response.messages_size(), 1);
  EXPECT_TRUE(response.messages(0).seen());
  EXPECT_EQ(response.messages(0).seen_by().id(), "u1");
  EXPECT_EQ(response.messages(0).seen_by().name(), "Ann");
}

TEST_F(ServerTest, AnActorThatIsNoTextIsRefusedAndTheMessageStaysReadable) {
  add_message("m1");
  actor_name_ = "Ren\xe9";
  auto request = about<v1::MarkSeenRequest>();
  request.add_message_ids("m1");
  v1::MarkSeenResponse response;
  const auto refused = call(mailbox_stub_, &v1::Mailbox::Stub::MarkSeen, request, response);
  EXPECT_EQ(refused.code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refused.detail.field(), "actor");
  actor_name_ = "Ren\xc3\xa9";
  ASSERT_TRUE(call(mailbox_stub_, &v1::Mailbox::Stub::MarkSeen, request, response).status.ok());
  EXPECT_EQ(response.messages(0).seen_by().name(), "Ren\xc3\xa9");
}

TEST_F(ServerTest, AnActorWhoIsANationalNumberIsRefusedWithoutRepeatingIt) {
  add_message("m1");
  auto request = about<v1::MarkSeenRequest>();
  request.add_message_ids("m1");
  v1::MarkSeenResponse response;
  for (const char* number : {"85073003328", "85.07.30-033.28"}) {
    actor_id_ = number;
    const auto refused = call(mailbox_stub_, &v1::Mailbox::Stub::MarkSeen, request, response);
    EXPECT_EQ(refused.code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(refused.detail.field(), "actor");
    EXPECT_THAT(refused.status.error_message(), testing::HasSubstr("is a national number"));
    EXPECT_THAT(refused.status.error_message(), testing::Not(testing::HasSubstr("033")));
  }
  auto assign = about<v1::AssignSignalRequest>();
  assign.set_signal_id("s1");
  assign.mutable_assignee()->set_id("85073003328");
  v1::AssignSignalResponse assigned;
  actor_id_ = "u1";
  EXPECT_EQ(call(signals_stub_, &v1::Signals::Stub::AssignSignal, assign, assigned).detail.field(),
            "assignee.id");
  // Eleven digits with another check number, and a UUID, are identifiers like any other.
  for (const char* id : {"85073003329", "85073003-3281-4a4a-8a52-6c9a4f1e2b3d"}) {
    actor_id_ = id;
    EXPECT_TRUE(call(mailbox_stub_, &v1::Mailbox::Stub::MarkSeen, request, response).status.ok());
  }
}

TEST_F(ServerTest, FamiliesTypesAndCodesAreTold) {
  v1::ListFamiliesResponse families;
  ASSERT_TRUE(call(mailbox_stub_, &v1::Mailbox::Stub::ListFamilies,
                   about<v1::ListFamiliesRequest>(), families)
                  .status.ok());
  EXPECT_GE(families.families_size(), 12);
  v1::ListSignalTypesResponse types;
  ASSERT_TRUE(call(signals_stub_, &v1::Signals::Stub::ListSignalTypes,
                   about<v1::ListSignalTypesRequest>(), types)
                  .status.ok());
  EXPECT_GE(types.types_size(), 10);
  auto request = about<v1::ListFeedbackCodesRequest>();
  v1::ListFeedbackCodesResponse all;
  ASSERT_TRUE(
      call(feedback_stub_, &v1::Feedback::Stub::ListFeedbackCodes, request, all).status.ok());
  request.mutable_valid_on()->set_year(2026);
  request.mutable_valid_on()->set_month(11);
  request.mutable_valid_on()->set_day(23);
  v1::ListFeedbackCodesResponse valid;
  ASSERT_TRUE(
      call(feedback_stub_, &v1::Feedback::Stub::ListFeedbackCodes, request, valid).status.ok());
  EXPECT_LT(valid.codes_size(), all.codes_size());
  EXPECT_FALSE(all.list_version().empty());
}

TEST_F(ServerTest, ASignalIsMatchedAssignedInvestigatedAndAnswered) {
  add_signal("s1");
  auto match = about<v1::MatchSignalsRequest>();
  auto& one = *match.add_matches();
  one.set_signal_id("s1");
  one.add_dossiers()->set_reference("D-1");
  v1::MatchSignalsResponse matched;
  ASSERT_TRUE(call(signals_stub_, &v1::Signals::Stub::MatchSignals, match, matched).status.ok());
  EXPECT_EQ(matched.signals(0).match_state(), v1::MATCH_STATE_MATCHED);

  auto assign = about<v1::AssignSignalRequest>();
  assign.set_signal_id("s1");
  assign.mutable_assignee()->set_id("u2");
  v1::AssignSignalResponse assigned;
  ASSERT_TRUE(call(signals_stub_, &v1::Signals::Stub::AssignSignal, assign, assigned).status.ok());
  EXPECT_EQ(assigned.signal().assignee().id(), "u2");

  auto investigate = about<v1::MarkInvestigatedRequest>();
  investigate.set_signal_id("s1");
  v1::MarkInvestigatedResponse investigated;
  ASSERT_TRUE(call(signals_stub_, &v1::Signals::Stub::MarkInvestigated, investigate, investigated)
                  .status.ok());
  EXPECT_EQ(investigated.signal().investigated_by().id(), "u1");

  auto submit = about<v1::SubmitFeedbackRequest>();
  auto& draft = *submit.add_items();
  draft.set_client_id("0190b6f0-7c1e-7d3a-8a52-000000000001");
  draft.set_signal_id("s1");
  draft.set_code("X-COUNTED");
  v1::SubmitFeedbackResponse submitted;
  ASSERT_TRUE(
      call(feedback_stub_, &v1::Feedback::Stub::SubmitFeedback, submit, submitted).status.ok());
  ASSERT_EQ(submitted.results_size(), 1);
  EXPECT_EQ(submitted.results(0).feedback().state(), v1::FEEDBACK_STATE_QUEUED);
  EXPECT_EQ(submitted.results(0).feedback().submitted_by().id(), "u1");

  auto get = about<v1::GetFeedbackRequest>();
  get.set_client_id(draft.client_id());
  v1::GetFeedbackResponse got;
  ASSERT_TRUE(call(feedback_stub_, &v1::Feedback::Stub::GetFeedback, get, got).status.ok());
  EXPECT_EQ(got.feedback().signal_id(), "s1");
  auto list = about<v1::ListFeedbackRequest>();
  list.add_states(v1::FEEDBACK_STATE_QUEUED);
  v1::ListFeedbackResponse listed;
  ASSERT_TRUE(call(feedback_stub_, &v1::Feedback::Stub::ListFeedback, list, listed).status.ok());
  EXPECT_EQ(listed.total_count(), 1);

  auto signals = about<v1::ListSignalsRequest>();
  signals.add_states(v1::SIGNAL_STATE_ANSWERED);
  v1::ListSignalsResponse answered;
  ASSERT_TRUE(call(signals_stub_, &v1::Signals::Stub::ListSignals, signals, answered).status.ok());
  EXPECT_EQ(answered.signals_size(), 1);
  signals.mutable_person()->set_value("12345678901");
  const auto outcome = call(signals_stub_, &v1::Signals::Stub::ListSignals, signals, answered);
  EXPECT_EQ(outcome.detail.field(), "person");
  EXPECT_THAT(outcome.status.error_message(), Not(HasSubstr("12345678901")));
}

TEST_F(ServerTest, ASynchronisationIsAnOperationThatCanBeAskedFor) {
  v1::SynchroniseResponse started;
  ASSERT_TRUE(
      call(mailbox_stub_, &v1::Mailbox::Stub::Synchronise, about<v1::SynchroniseRequest>(), started)
          .status.ok());
  auto request = about<v1::GetOperationRequest>();
  request.set_operation_id(started.operation_id());
  v1::GetOperationResponse response;
  ASSERT_TRUE(call(modules_stub_, &v1::Modules::Stub::GetOperation, request, response).status.ok());
  EXPECT_EQ(response.operation().operation_id(), started.operation_id());
  request.set_operation_id("none");
  EXPECT_EQ(call(modules_stub_, &v1::Modules::Stub::GetOperation, request, response).detail.code(),
            "operation.unknown");
  v1::SynchroniseOrganisationResponse joined;
  ASSERT_TRUE(call(admin_stub_, &v1::Admin::Stub::SynchroniseOrganisation,
                   about<v1::SynchroniseOrganisationRequest>(), joined)
                  .status.ok());
  EXPECT_EQ(joined.operation_id(), started.operation_id());
}

TEST_F(ServerTest, HandshakeTellsVersionsAndModulesEvenWhenTheModuleIsOff) {
  set_module(v1::MODULE_FEEDBACK, false);
  auto request = about<v1::HandshakeRequest>();
  request.set_module(v1::MODULE_FEEDBACK);
  v1::HandshakeResponse response;
  ASSERT_TRUE(call(modules_stub_, &v1::Modules::Stub::Handshake, request, response).status.ok());
  EXPECT_EQ(response.gateway_version(), "1.2.3");
  EXPECT_LE(response.protocol_minor_lowest(), response.protocol_minor_highest());
  EXPECT_THAT(response.enabled_modules(), ElementsAre(v1::MODULE_EBOX, v1::MODULE_KNIPPERLICHT));
}

TEST_F(ServerTest, ARequestBeyondFourMebibytesIsRefused) {
  auto request = about<v1::MarkSeenRequest>();
  request.add_message_ids(std::string(std::size_t{5} * 1024 * 1024, 'x'));
  v1::MarkSeenResponse response;
  EXPECT_EQ(call(mailbox_stub_, &v1::Mailbox::Stub::MarkSeen, request, response).code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServerTest, HealthFollowsReadiness) {
  EXPECT_EQ(health(), 1);
  server_->set_ready(false);
  EXPECT_EQ(health(), 2);
}

TEST_F(ServerTest, CallsAreCountedByMethodAndStatus) {
  add_message("m1");
  (void)get_message("m1");
  (void)get_message("none");
  const auto& metrics = server_->metrics();
  EXPECT_EQ(metrics.calls(Method::get_message, grpc::StatusCode::OK), 1U);
  EXPECT_EQ(metrics.calls(Method::get_message, grpc::StatusCode::NOT_FOUND), 1U);
  EXPECT_EQ(metrics.in_flight(), 0);
}

}  // namespace
}  // namespace semafoor::rpc
