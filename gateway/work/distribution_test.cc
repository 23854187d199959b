// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/distribution.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <memory>

#include "gateway/work/choice.h"
#include "gateway/work/mergers.h"
#include "gateway/work/test_work.h"
#include "gateway/work/work_follower.h"

namespace semafoor::work {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class DistributionTest : public WorkFixture {
 protected:
  DistributionTest() { make(); }
  void make() {
    mergers_ = std::make_unique<Mergers>(*store_, clock_, MergerOptions{});
    follower_ = std::make_unique<WorkFollower>(*store_, clock_, *mergers_);
  }
  // What the follower's thread would do.
  void follow() {
    const auto done = follower_->run_once(kTestOrg);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  // As after the end of the process.
  void restart() {
    follower_.reset();
    mergers_.reset();
    store_.reopen();
    make();
  }
  std::map<std::string, int> shares(int signals) {
    std::map<std::string, int> shares;
    for (int i = 0; i < signals; ++i) ++shares[whose(name(i))];
    return shares;
  }
  static std::string name(int number) { return "s" + std::to_string(1000 + number); }

  std::unique_ptr<Mergers> mergers_;
  std::unique_ptr<WorkFollower> follower_;
};

TEST_F(DistributionTest, WithoutRulesNothingIsGivenToAnybody) {
  add("s1");
  follow();
  EXPECT_EQ(get("s1").version(), 1);
  EXPECT_TRUE(steps("s1").empty());
}

TEST_F(DistributionTest, TheFirstRuleThatGivesDecidesAndIsOnRecord) {
  v1::WorkRules rules;
  auto& pensions = rule(rules, "Pensions");
  pensions.add_signal_types("X-PENSION");
  pensions.add_channels(v1::SIGNAL_CHANNEL_MUTATION);
  *pensions.mutable_gives()->mutable_person() = actor("u1", "An");
  *rule(rules, "rest").mutable_gives()->mutable_person() = actor("u2");
  set(rules);
  add("s1");
  auto other = signal("s2", v1::SIGNAL_STATE_RECEIVED);
  other.set_signal_type("X-DIMONA");
  put(other);
  follow();
  EXPECT_EQ(whose("s1"), "u1");
  EXPECT_EQ(get("s1").state(), v1::SIGNAL_STATE_ASSIGNED);
  EXPECT_EQ(get("s1").assigned_at().unix_ms(), kNoon);
  EXPECT_EQ(whose("s2"), "u2");
  ASSERT_EQ(steps("s1").size(), 1U);
  EXPECT_EQ(steps("s1")[0].event(), v1::SIGNAL_EVENT_ASSIGNED);
  EXPECT_EQ(steps("s1")[0].detail(), "An, rule Pensions");
  EXPECT_FALSE(steps("s1")[0].has_actor()) << "the gateway itself";
  const auto record = store_.audit().at(store_.audit().size() - 2);
  EXPECT_EQ(record.act(), "signal.assign");
  EXPECT_EQ(record.subject_id(), "s1");
  EXPECT_EQ(record.detail(), "rule Pensions");
  EXPECT_EQ(record.persons_size(), 1);
}

TEST_F(DistributionTest, EachConditionMustHold) {
  v1::WorkRule rule;
  const auto pension = signal("s", v1::SIGNAL_STATE_RECEIVED);
  EXPECT_TRUE(meets(rule, pension));
  rule.add_laws(v1::LAW_1965);
  EXPECT_FALSE(meets(rule, pension));
  rule.add_laws(v1::LAW_RMI);
  EXPECT_TRUE(meets(rule, pension));
  rule.add_source_flows("DIMONA");
  EXPECT_FALSE(meets(rule, pension));
  rule.set_source_flows(0, "PENSIONS");
  rule.add_channels(v1::SIGNAL_CHANNEL_MONTHLY_LIST);
  EXPECT_FALSE(meets(rule, pension));
  auto listed = pension;
  listed.add_channels(v1::SIGNAL_CHANNEL_MONTHLY_LIST);
  EXPECT_TRUE(meets(rule, listed));
  rule.set_handler(v1::HANDLER_CONDITION_KNOWN);
  EXPECT_FALSE(meets(rule, listed));
  rule.set_handler(v1::HANDLER_CONDITION_UNKNOWN);
  EXPECT_TRUE(meets(rule, listed));
  *listed.add_dossiers()->mutable_handler() = actor("u1");
  EXPECT_FALSE(meets(rule, listed));
}

TEST_F(DistributionTest, OfAThousandSignalsEachGetsAsManyAsAnyOtherAlsoAfterARestart) {
  set(round_of({"u1", "u2", "u3", "u4", "u5", "u6", "u7"}));
  for (int i = 0; i < 500; ++i) add(name(i));
  follow();
  restart();
  for (int i = 500; i < 1000; ++i) add(name(i));
  follow();
  int least = 1000;
  int most = 0;
  for (const auto& [id, share] : shares(1000)) {
    EXPECT_NE(id, "");
    least = std::min(least, share);
    most = std::max(most, share);
  }
  EXPECT_EQ(least, 142);
  EXPECT_EQ(most, 143);
}

TEST_F(DistributionTest, WhoIsAwayIsPassedOverAndNobodyElseLosesTheirTurn) {
  set(round_of({"u1", "u2", "u3"}));
  away("u2", 20261117, 20261117);
  for (int i = 0; i < 100; ++i) add(name(i));
  follow();
  EXPECT_THAT(shares(100), ElementsAre(Pair("u1", 50), Pair("u3", 50)));
  clock_.jump(kDay);
  for (int i = 100; i < 130; ++i) add(name(i));
  follow();
  EXPECT_THAT(shares(130), ElementsAre(Pair("u1", 60), Pair("u2", 10), Pair("u3", 60)))
      << "who comes back does not catch up";
}

TEST_F(DistributionTest, WhenAllAreAwayTheNextRuleDecides) {
  auto rules = round_of({"u1"});
  rule(rules, "rest").mutable_gives()->set_team("t");
  set(rules);
  away("u1", 20261101, 0);
  add("s1");
  follow();
  EXPECT_EQ(get("s1").team(), "t");
  EXPECT_EQ(get("s1").state(), v1::SIGNAL_STATE_RECEIVED);
  EXPECT_FALSE(get("s1").has_assignee());
  EXPECT_EQ(steps("s1").at(0).detail(), "team t, rule rest");
}

TEST_F(DistributionTest, AChangedTeamGoesOnWhereItWas) {
  set(round_of({"u1", "u2", "u3", "u4"}));
  add("s1001");
  add("s1002");
  follow();
  // Who got the last one left.
  set(round_of({"u1", "u3", "u4"}));
  add("s1003");
  add("s1004");
  follow();
  EXPECT_EQ(whose("s1003"), "u3");
  EXPECT_EQ(whose("s1004"), "u4");
}

TEST_F(DistributionTest, TheSameEventsAgainTakeNobodysTurn) {
  set(round_of({"u1", "u2"}));
  add("s1");
  follow();
  const auto version = get("s1").version();
  const auto records = store_.audit().size();
  follower_->spread(kTestOrg);
  follow();
  follow();
  EXPECT_EQ(get("s1").version(), version);
  EXPECT_EQ(store_.audit().size(), records);
  add("s2");
  follow();
  EXPECT_EQ(whose("s2"), "u2");
}

TEST_F(DistributionTest, ADossiersHandlerGetsItOnceTheHostSaysWhoThatIs) {
  v1::WorkRules rules = round_of({"u1", "u2"});
  auto& handler = *rules.add_rules();
  handler.set_name("handler");
  handler.mutable_gives()->set_handler(true);
  rules.mutable_rules()->SwapElements(0, 1);
  set(rules);
  add("s1");
  add("s2");
  follow();
  EXPECT_EQ(whose("s1"), "u1");
  match("s1", "u9");
  match("s2", "");
  follow();
  EXPECT_EQ(whose("s1"), "u9");
  EXPECT_EQ(whose("s2"), "u2") << "matched, and nobody handles it";
  match("s1", "u8");
  follow();
  EXPECT_EQ(whose("s1"), "u8") << "the dossier has another handler now";
  add("s3");
  follow();
  EXPECT_EQ(whose("s3"), "u1") << "a turn was taken once for each signal";
}

TEST_F(DistributionTest, AHandlerWhoIsAwayHasAStandInOrTheNextRuleGives) {
  v1::WorkRules rules;
  rule(rules, "handler").mutable_gives()->set_handler(true);
  *rule(rules, "rest").mutable_gives()->mutable_person() = actor("u5");
  set(rules);
  away("u1", 20261101, 20261130, "u2");
  away("u3", 20261101, 20261130);
  for (const auto& [id, who] : std::map<std::string, std::string>{{"s1", "u1"}, {"s2", "u3"}}) {
    auto matched = signal(id, v1::SIGNAL_STATE_RECEIVED);
    *matched.add_dossiers()->mutable_handler() = actor(who);
    put(matched);
  }
  follow();
  EXPECT_EQ(whose("s1"), "u2");
  EXPECT_EQ(whose("s2"), "u5");
  rules.mutable_rules(0)->set_although_absent(true);
  set(rules);
  auto matched = signal("s3", v1::SIGNAL_STATE_RECEIVED);
  *matched.add_dossiers()->mutable_handler() = actor("u3");
  put(matched);
  follow();
  EXPECT_EQ(whose("s3"), "u3");
}

TEST_F(DistributionTest, WhatAPersonGaveOrTookBackStands) {
  set(round_of({"u1", "u2"}));
  add("s1");
  by_hand("s1", "u9");
  add("s2");
  by_hand("s2", "u9");
  by_hand("s2", "");
  add("s3");
  follow();
  EXPECT_EQ(whose("s1"), "u9");
  EXPECT_EQ(whose("s2"), "") << "given back by hand: a person decides";
  EXPECT_EQ(whose("s3"), "u1");
  by_hand("s3", "");
  match("s3", "u7");
  follow();
  EXPECT_EQ(whose("s3"), "");
}

TEST_F(DistributionTest, WhatIsAnsweredOrInvestigatedIsLeftAlone) {
  set(round_of({"u1"}));
  add("s1", v1::SIGNAL_STATE_ANSWERED);
  add("s2", v1::SIGNAL_STATE_CLOSED);
  add("s3", v1::SIGNAL_STATE_INVESTIGATED);
  add("s4", v1::SIGNAL_STATE_SUPERSEDED);
  auto refused = signal("s5", v1::SIGNAL_STATE_ANSWER_REFUSED);
  refused.set_feedback_client_id("c");
  put(refused);
  follow();
  for (const auto* id : {"s1", "s2", "s3", "s4", "s5"}) EXPECT_EQ(get(id).version(), 1) << id;
}

TEST_F(DistributionTest, WhatWaitsIsSpreadWhenAskedAndAlsoAfterARestart) {
  add("s1");
  follow();
  set(round_of({"u1"}));
  follow();
  EXPECT_EQ(whose("s1"), "") << "only what comes from here on";
  set(round_of({"u1"}), true);
  restart();
  follower_->start();
  EXPECT_TRUE(store_.wait_until([&] { return whose("s1") == "u1"; }));
  follower_->stop();
}

}  // namespace
}  // namespace semafoor::work
