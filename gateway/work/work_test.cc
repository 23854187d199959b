// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/work.h"

#include <gmock/gmock.h>

#include "gateway/work/test_work.h"

namespace semafoor::work {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

class WorkTest : public WorkFixture {
 protected:
  void add_of(const std::string& id, const std::string& assignee, const std::string& team = {},
              v1::SignalState state = v1::SIGNAL_STATE_ASSIGNED, int days_ago = 0) {
    auto made = signal(id, assignee.empty() ? v1::SIGNAL_STATE_RECEIVED : state);
    if (!assignee.empty()) *made.mutable_assignee() = actor(assignee);
    made.set_team(team);
    made.mutable_received_at()->set_unix_ms(kNoon - days_ago * kDay);
    put(made);
  }
  // The code of each problem; empty: it worked.
  template <typename Results>
  static std::vector<std::string> codes(const Results& results) {
    std::vector<std::string> codes;
    for (const v1::WorkResult& one : results) codes.push_back(one.problem().code());
    return codes;
  }
  Result<v1::TakeOverResponse> take_over(const std::string& from,
                                         const std::vector<std::string>& ids = {},
                                         bool although_present = false,
                                         const std::string& me = "u1") {
    v1::TakeOverRequest request;
    request.set_assignee_id(from);
    request.mutable_signal_ids()->Assign(ids.begin(), ids.end());
    request.set_although_present(although_present);
    return work_.take_over(kTestOrg, request, act_of(me));
  }
};

TEST_F(WorkTest, RulesFollowOnTheVersionThatWasRead) {
  EXPECT_EQ(work_.rules(kTestOrg)->version(), 0);
  const auto first = work_.set_rules(kTestOrg, round_of({"u1"}), 0, false, act_of("boss"));
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->version(), 1);
  EXPECT_EQ(first->changed_by().id(), "boss");
  EXPECT_EQ(first->changed_at().unix_ms(), kNoon);
  const auto late = work_.set_rules(kTestOrg, round_of({"u2"}), 0, false, act_of("other"));
  EXPECT_EQ(late.error().code, "work.rules_changed");
  EXPECT_EQ(late.error().kind, ErrorKind::aborted);
  EXPECT_EQ(work_.rules(kTestOrg)->teams(0).members(0).id(), "u1");
  EXPECT_TRUE(work_.set_rules(kTestOrg, round_of({"u2"}), 1, false, act_of("other")).ok());
  EXPECT_EQ(work_.rules(kTestOrg)->version(), 2);
  EXPECT_THAT(store_.acts(), ElementsAre("work.rules_set", "work.rules_set"));
  EXPECT_EQ(store_.audit()[0].detail(), "1 rules, 1 teams");
  EXPECT_EQ(work_.set_rules(kTestOrg, round_of({""}), 2, false, act_of("other")).error().code,
            "work.rules_invalid");
}

TEST_F(WorkTest, AMemberTakesWhatWaitsForTheTeamAndNobodyElseDoes) {
  set(round_of({"u1", "u2"}));
  add_of("s1", "", "t");
  add_of("s2", "", "");
  add_of("s3", "u2");
  add_of("s4", "", "", v1::SIGNAL_STATE_RECEIVED);
  add("s5", v1::SIGNAL_STATE_ANSWERED);
  const auto results = work_.take(kTestOrg, {"s1", "s2", "s3", "none", "s5"}, act_of("u1"));
  ASSERT_TRUE(results.ok());
  EXPECT_THAT(codes(*results),
              ElementsAre("", "", "work.taken", "signals.signal_unknown", "signals.wrong_state"));
  EXPECT_EQ(whose("s1"), "u1");
  EXPECT_EQ(get("s1").team(), "");
  EXPECT_EQ(get("s1").state(), v1::SIGNAL_STATE_ASSIGNED);
  EXPECT_EQ(steps("s1").at(0).actor().id(), "u1");
  EXPECT_EQ(whose("s3"), "u2");
  EXPECT_THAT(store_.acts(), Contains("signal.take").Times(2));
  // What is mine already changes nothing.
  const auto version = get("s1").version();
  EXPECT_THAT(codes(*work_.take(kTestOrg, {"s1"}, act_of("u1"))), ElementsAre(""));
  EXPECT_EQ(get("s1").version(), version);
  add_of("s6", "", "t");
  EXPECT_THAT(codes(*work_.take(kTestOrg, {"s6"}, act_of("u9"))), ElementsAre("work.not_of_team"));
  add_of("s7", "", "gone");
  EXPECT_THAT(codes(*work_.take(kTestOrg, {"s7"}, act_of("u9"))), ElementsAre(""))
      << "its team is there no more";
  EXPECT_EQ(work_.take(kTestOrg, {"s6"}, act_of("")).error().code, "work.actor_missing");
}

TEST_F(WorkTest, WhatAnAbsentColleagueHadIsTakenOver) {
  add_of("s1", "u2", "", v1::SIGNAL_STATE_ASSIGNED, 3);
  add_of("s2", "u2", "", v1::SIGNAL_STATE_INVESTIGATED);
  add_of("s3", "u2", "", v1::SIGNAL_STATE_ANSWERED);
  add_of("s4", "u3");
  EXPECT_EQ(take_over("u2").error().code, "work.not_absent");
  EXPECT_EQ(take_over("u1", {}, true).error().code, "work.same_person");
  EXPECT_EQ(take_over("u2", {}, true, "").error().code, "work.actor_missing");
  EXPECT_EQ(whose("s1"), "u2");
  away("u2", 20261116, 20261120);
  const auto taken = take_over("u2");
  ASSERT_TRUE(taken.ok());
  EXPECT_THAT(codes(taken->results()), ElementsAre("", ""));
  EXPECT_EQ(taken->remaining(), 0);
  EXPECT_EQ(taken->results(0).signal_id(), "s1") << "the oldest first";
  EXPECT_EQ(whose("s1"), "u1");
  EXPECT_EQ(get("s2").state(), v1::SIGNAL_STATE_INVESTIGATED) << "what was looked into stays so";
  EXPECT_EQ(whose("s3"), "u2") << "its answer is on its way";
  EXPECT_EQ(whose("s4"), "u3");
  const auto step = steps("s1").at(0);
  EXPECT_EQ(step.event(), v1::SIGNAL_EVENT_TAKEN_OVER);
  EXPECT_EQ(step.actor().id(), "u1");
  EXPECT_EQ(step.time().unix_ms(), kNoon);
  EXPECT_EQ(step.detail(), "Name of u1, from Name of u2");
  EXPECT_THAT(store_.acts(), Contains("signal.take_over").Times(2));
  EXPECT_EQ(store_.audit().back().act(), "signal.take_over");
  EXPECT_EQ(store_.audit().back().detail(), "from u2") << "the audit has no names in its details";
}

TEST_F(WorkTest, EachOfThoseChosenSucceedsOrFailsAlone) {
  add_of("s1", "u2");
  add_of("s2", "u3");
  add_of("s3", "u2");
  add_of("s4", "u2", "", v1::SIGNAL_STATE_ANSWERED);
  const auto taken = take_over("u2", {"s1", "s2", "none", "s4"}, true);
  ASSERT_TRUE(taken.ok());
  EXPECT_THAT(codes(taken->results()),
              ElementsAre("", "work.not_theirs", "signals.signal_unknown", "signals.wrong_state"));
  EXPECT_EQ(taken->remaining(), 1);
  EXPECT_EQ(whose("s3"), "u2");
  v1::TakeOverRequest request;
  request.set_assignee_id("u2");
  request.set_although_present(true);
  *request.mutable_to() = actor("u7");
  ASSERT_TRUE(work_.take_over(kTestOrg, request, act_of("boss")).ok());
  EXPECT_EQ(whose("s3"), "u7") << "the head of the team gives it to another";
  EXPECT_EQ(steps("s3").at(0).actor().id(), "boss");
}

TEST_F(WorkTest, NoMoreThanFiveHundredAreTakenOverAtOnce) {
  for (int i = 0; i < 503; ++i) add_of("s" + std::to_string(1000 + i), "u2");
  const auto first = take_over("u2", {}, true);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->results_size(), 500);
  EXPECT_EQ(first->remaining(), 3);
  EXPECT_EQ(take_over("u2", {}, true)->remaining(), 0);
}

TEST_F(WorkTest, TheLoadSaysWhoHasHowMuchAndWhatTheNextListWouldName) {
  add_of("s1", "u1", "", v1::SIGNAL_STATE_ASSIGNED, 10);
  add_of("s2", "u1", "", v1::SIGNAL_STATE_ANSWERED, 40);
  auto recalled = signal("s3", v1::SIGNAL_STATE_INVESTIGATED);
  *recalled.mutable_assignee() = actor("u1");
  recalled.add_recalls();
  put(recalled);
  add_of("s4", "", "t", v1::SIGNAL_STATE_RECEIVED, 5);
  for (const auto* id : {"s5", "s6", "s7", "s8"}) add_of(id, "");
  add("s9", v1::SIGNAL_STATE_CLOSED);
  away("u1", 20261117, 20261117);
  const auto load = *work_.workload(kTestOrg);
  EXPECT_EQ(domain::date_number(load.next_recall()), 20270301);
  ASSERT_EQ(load.loads_size(), 3);
  EXPECT_EQ(load.loads(0).assignee().id(), "u1");
  EXPECT_TRUE(load.loads(0).absent());
  EXPECT_EQ(load.loads(0).open(), 3);
  EXPECT_EQ(load.loads(0).answered(), 1);
  EXPECT_EQ(load.loads(0).recalled(), 1);
  EXPECT_EQ(load.loads(0).due_before_recall(), 2);
  EXPECT_EQ(load.loads(0).oldest().unix_ms(), kNoon - 10 * kDay) << "answered ones do not wait";
  EXPECT_EQ(load.loads(1).team(), "t");
  EXPECT_EQ(load.loads(1).open(), 1);
  EXPECT_EQ(load.loads(2).assignee().id() + load.loads(2).team(), "") << "nobody's stand last";
  EXPECT_EQ(load.loads(2).open(), 4);
}

}  // namespace
}  // namespace semafoor::work
