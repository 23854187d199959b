// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/domain/signal_identity.h"
#include "gateway/rpc/test_gateway.h"
#include "semafoor/v1/work.grpc.pb.h"

namespace semafoor::rpc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Stub = v1::Work::Stub;

class WorkCallsTest : public TestGateway {
 protected:
  WorkCallsTest() { work_stub_ = v1::Work::NewStub(channel_); }

  void add(const std::string& id, const std::string& assignee, const std::string& team = {},
           const std::string& org = kTestOrg) {
    v1::Signal signal;
    signal.set_signal_id(id);
    signal.mutable_organisation()->set_value(org);
    signal.mutable_person()->set_value("93051822361");
    signal.set_dossier_number(id);
    signal.set_dossier_number_normalised(id);
    signal.set_state(assignee.empty() ? v1::SIGNAL_STATE_RECEIVED : v1::SIGNAL_STATE_ASSIGNED);
    signal.set_match_state(v1::MATCH_STATE_OPEN);
    if (!assignee.empty()) signal.mutable_assignee()->set_id(assignee);
    signal.set_team(team);
    signal.mutable_received_at()->set_unix_ms(clock_.now_ms());
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(org, domain::signal_key(signal), signal, "signal.received");
    });
  }
  static v1::SetWorkRulesRequest rules(std::int64_t version) {
    auto request = about<v1::SetWorkRulesRequest>();
    auto& team = *request.mutable_rules()->add_teams();
    team.set_id("t");
    team.add_members()->set_id("u1");
    auto& rule = *request.mutable_rules()->add_rules();
    rule.set_name("all");
    rule.mutable_gives()->set_team("t");
    request.set_expected_version(version);
    return request;
  }
  Outcome set(const v1::SetWorkRulesRequest& request) {
    v1::SetWorkRulesResponse response;
    return call(work_stub_, &Stub::SetWorkRules, request, response);
  }

  std::unique_ptr<Stub> work_stub_;
};

TEST_F(WorkCallsTest, RulesAreSetReadAndRecordedWithWhoSaidThem) {
  ASSERT_TRUE(set(rules(0)).status.ok());
  v1::GetWorkRulesResponse response;
  ASSERT_TRUE(call(work_stub_, &Stub::GetWorkRules, about<v1::GetWorkRulesRequest>(), response)
                  .status.ok());
  EXPECT_EQ(response.rules().version(), 1);
  EXPECT_EQ(response.rules().changed_by().name(), "Ann");
  EXPECT_EQ(response.rules().rules(0).gives().team(), "t");
  EXPECT_EQ(store_.audit().back().act(), "work.rules_set");
  EXPECT_EQ(store_.audit().back().actor().id(), "u1");
  const auto late = set(rules(0));
  EXPECT_EQ(late.code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(late.detail.code(), "work.rules_changed");
  EXPECT_FALSE(late.detail.text().nl().empty());
  auto wrong = rules(1);
  wrong.mutable_rules()->mutable_rules(0)->mutable_gives()->set_team("gone");
  EXPECT_EQ(set(wrong).detail.field(), "rules.rules[0].gives.team");
}

TEST_F(WorkCallsTest, TheActorOfTheCallTakes) {
  ASSERT_TRUE(set(rules(0)).status.ok());
  add("s1", "", "t");
  auto request = about<v1::TakeSignalsRequest>();
  request.add_signal_ids("s1");
  request.add_signal_ids("none");
  v1::TakeSignalsResponse response;
  ASSERT_TRUE(call(work_stub_, &Stub::TakeSignals, request, response).status.ok());
  ASSERT_EQ(response.results_size(), 2);
  EXPECT_EQ(response.results(0).signal().assignee().name(), "Ann");
  EXPECT_EQ(response.results(1).problem().code(), "signals.signal_unknown");
  EXPECT_FALSE(response.results(1).problem().text().fr().empty());
  request.add_signal_ids("s1");
  EXPECT_THAT(call(work_stub_, &Stub::TakeSignals, request, response).status.error_message(),
              HasSubstr("twice"));
  request.clear_signal_ids();
  EXPECT_EQ(call(work_stub_, &Stub::TakeSignals, request, response).detail.field(), "signalIds");
  request.add_signal_ids("s1");
  actor_id_.clear();
  EXPECT_EQ(call(work_stub_, &Stub::TakeSignals, request, response).detail.code(),
            "work.actor_missing");
}

TEST_F(WorkCallsTest, ACourseOfAbsenceAndTakingOver) {
  add("s1", "u2");
  auto take_over = about<v1::TakeOverRequest>();
  take_over.set_assignee_id("u2");
  v1::TakeOverResponse taken;
  const auto refused = call(work_stub_, &Stub::TakeOver, take_over, taken);
  EXPECT_EQ(refused.code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(refused.detail.code(), "work.not_absent");
  auto absence = about<v1::SetAbsenceRequest>();
  absence.mutable_actor()->set_id("u2");
  absence.mutable_absence()->mutable_from()->set_year(2026);
  absence.mutable_absence()->mutable_from()->set_month(1);
  absence.mutable_absence()->mutable_from()->set_day(1);
  v1::SetAbsenceResponse absent;
  ASSERT_TRUE(call(work_stub_, &Stub::SetAbsence, absence, absent).status.ok());
  v1::ListAbsencesResponse all;
  ASSERT_TRUE(
      call(work_stub_, &Stub::ListAbsences, about<v1::ListAbsencesRequest>(), all).status.ok());
  EXPECT_EQ(all.absences_size(), 1);
  v1::GetWorkloadResponse load;
  ASSERT_TRUE(
      call(work_stub_, &Stub::GetWorkload, about<v1::GetWorkloadRequest>(), load).status.ok());
  ASSERT_EQ(load.loads_size(), 1);
  EXPECT_TRUE(load.loads(0).absent());
  ASSERT_TRUE(call(work_stub_, &Stub::TakeOver, take_over, taken).status.ok());
  EXPECT_EQ(taken.results(0).signal().assignee().id(), "u1");
  take_over.set_assignee_id("85073003328");
  EXPECT_EQ(call(work_stub_, &Stub::TakeOver, take_over, taken).detail.field(), "assigneeId");
}

TEST_F(WorkCallsTest, WhoIsShownRemindersIsOnRecord) {
  add("s1", "u1");
  v1::Reminder reminder;
  reminder.set_signal_id("s1");
  reminder.set_kind(v1::REMINDER_KIND_AGE);
  reminder.set_days(7);
  store_.write([&](store::Transaction& tx) {
    return tx.put_entry(kTestOrg, {.kind = "work.reminder",
                                   .id = "s1/age-7",
                                   .sort = 1,
                                   .person = {},
                                   .subject = "u1",
                                   .body = reminder.SerializeAsString()});
  });
  auto request = about<v1::ListRemindersRequest>();
  request.set_assignee_id("u1");
  v1::ListRemindersResponse response;
  ASSERT_TRUE(call(work_stub_, &Stub::ListReminders, request, response).status.ok());
  ASSERT_EQ(response.reminders_size(), 1);
  EXPECT_THAT(response.reminders(0).text().fr(), HasSubstr("7 jours"));
  EXPECT_FALSE(response.cursor().empty());
  recorder_.flush();
  EXPECT_EQ(store_.audit().back().act(), "reminder.list");
  EXPECT_EQ(store_.audit().back().persons_size(), 1);
  request.set_page_size(501);
  EXPECT_EQ(call(work_stub_, &Stub::ListReminders, request, response).detail.field(), "pageSize");
}

TEST_F(WorkCallsTest, AMergerNeedsAReasonAndTheRoleForEachOfThem) {
  store_.add_organisation(kOtherOrg);
  add("s1", "u1", "", kOtherOrg);
  auto request = about<v1::MergeOrganisationsRequest>();
  request.add_from()->set_value(kOtherOrg);
  std::string reason;
  v1::MergeOrganisationsResponse response;
  const auto merge = [&] {
    grpc::ClientContext context;
    prepare(context);
    if (!reason.empty()) context.AddMetadata("semafoor-reason-bin", reason);
    return outcome(context, admin_stub_->MergeOrganisations(&context, request, &response));
  };
  request.set_preview(true);
  ASSERT_TRUE(merge().status.ok());
  EXPECT_EQ(response.mergers(0).moved(), 1);
  request.set_preview(false);
  EXPECT_EQ(merge().detail.code(), "request.reason_missing");
  reason = "decree";
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::operating}});
  EXPECT_EQ(merge().detail.code(), "organisation.foreign");
  token_ = token_for({.organisations = {kTestOrg, kOtherOrg}, .roles = {Role::reader}});
  EXPECT_EQ(merge().detail.code(), "permission.role");
  EXPECT_THAT(store_.acts(kOtherOrg), Not(Contains("organisation.merge")));
  token_ = token_for({.organisations = {kTestOrg, kOtherOrg}, .roles = {Role::operating}});
  ASSERT_TRUE(merge().status.ok());
  EXPECT_THAT(store_.acts(kOtherOrg), Contains("organisation.merge"));
  ASSERT_TRUE(mergers_.run_once(kOtherOrg, {}).ok());
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::reader}});
  v1::ListMergersResponse list;
  ASSERT_TRUE(
      call(admin_stub_, &v1::Admin::Stub::ListMergers, about<v1::ListMergersRequest>(), list)
          .status.ok());
  ASSERT_EQ(list.mergers_size(), 1);
  EXPECT_EQ(list.mergers(0).state(), v1::MERGER_STATE_DONE);
  EXPECT_EQ(list.mergers(0).moved(), 1);
}

TEST_F(WorkCallsTest, AnOrganisationIsMergedOnlyByWhoIsRightAboutIt) {
  auto request = about<v1::MergeOrganisationsRequest>();
  v1::MergeOrganisationsResponse response;
  const auto code = [&] {
    request.set_preview(true);
    return call(admin_stub_, &v1::Admin::Stub::MergeOrganisations, request, response).detail.code();
  };
  EXPECT_EQ(code(), "request.invalid");
  request.add_from()->set_value("123");
  EXPECT_EQ(code(), "request.invalid");
  request.mutable_from(0)->set_value(kUnknownOrg);
  EXPECT_EQ(code(), "work.merger_unknown");
  request.mutable_from(0)->set_value(kTestOrg);
  EXPECT_EQ(code(), "work.merger_self");
  request.add_from()->set_value(kTestOrg);
  EXPECT_EQ(code(), "request.invalid");
}

}  // namespace
}  // namespace semafoor::rpc
