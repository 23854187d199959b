// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/rule_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::work {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::WorkRules good() {
  v1::WorkRules rules;
  auto& team = *rules.add_teams();
  team.set_id("t1");
  team.set_name("Team Noord");
  team.add_members()->set_id("u1");
  team.add_members()->set_id("u2");
  auto& handler = *rules.add_rules();
  handler.set_name("handler");
  handler.mutable_gives()->set_handler(true);
  auto& round = *rules.add_rules();
  round.set_name("round");
  round.add_signal_types("X-PENSION");
  round.add_laws(v1::LAW_RMI);
  round.mutable_gives()->mutable_turns()->set_team("t1");
  round.mutable_gives()->mutable_turns()->add_member_ids("u2");
  auto& rest = *rules.add_rules();
  rest.set_name("rest");
  rest.mutable_gives()->set_team("t1");
  rules.mutable_reminders()->add_after_days(7);
  rules.mutable_reminders()->add_after_days(14);
  rules.mutable_reminders()->add_before_recall_days(30);
  rules.mutable_reminders()->add_before_recall_days(7);
  return rules;
}

std::vector<std::string> fields(const v1::WorkRules& rules) {
  std::vector<std::string> fields;
  for (const auto& problem : problems_of(rules)) fields.push_back(problem.field);
  return fields;
}

TEST(RuleCheck, WhatCanBeUsedHasNoProblem) {
  EXPECT_THAT(fields(good()), IsEmpty());
  EXPECT_THAT(fields({}), IsEmpty()) << "no rules are rules";
  EXPECT_TRUE(check_rules(good()).ok());
}

TEST(RuleCheck, NamesAreThereOnceAndNameWhatThereIs) {
  auto rules = good();
  rules.mutable_rules(2)->set_name("round");
  rules.mutable_rules(2)->mutable_gives()->set_team("t9");
  rules.mutable_rules(1)->mutable_gives()->mutable_turns()->set_member_ids(0, "u9");
  *rules.add_teams() = rules.teams(0);
  EXPECT_THAT(fields(rules), ElementsAre("teams[1].id", "teams[1].members[0]",
                                         "teams[1].members[1]", "rules[1].gives.turns.memberIds[0]",
                                         "rules[2].name", "rules[2].gives.team"));
  const auto refused = check_rules(rules);
  EXPECT_EQ(refused.error().code, "work.rules_invalid");
  EXPECT_EQ(refused.error().field, "rules.teams[1].id");
  EXPECT_THAT(refused.error().message, HasSubstr("And 5 more"));
}

TEST(RuleCheck, APersonIsNamedByAnAccountAndNeverByANationalNumber) {
  auto rules = good();
  rules.mutable_teams(0)->mutable_members(0)->set_id("85.07.30-033.28");
  rules.mutable_teams(0)->mutable_members(1)->clear_id();
  rules.mutable_rules(1)->mutable_gives()->mutable_turns()->clear_member_ids();
  EXPECT_THAT(fields(rules), ElementsAre("teams[0].members[0]", "teams[0].members[1]"));
  EXPECT_EQ(problems_of(rules)[0].message.find("85.07.30"), std::string::npos);
}

TEST(RuleCheck, ARuleThatCanNeverGiveIsToldSo) {
  auto rules = good();
  rules.mutable_rules(0)->set_handler(v1::HANDLER_CONDITION_UNKNOWN);
  rules.mutable_rules(2)->clear_gives();
  auto& empty = *rules.add_teams();
  empty.set_id("empty");
  rules.mutable_rules(1)->mutable_gives()->mutable_turns()->set_team("empty");
  rules.mutable_rules(1)->mutable_gives()->mutable_turns()->clear_member_ids();
  EXPECT_THAT(fields(rules),
              ElementsAre("rules[0].handler", "rules[1].gives.turns.team", "rules[2].gives"));
}

TEST(RuleCheck, ValuesOfANewerProgramAreNotKnown) {
  auto rules = good();
  rules.mutable_rules(0)->add_laws(static_cast<v1::Law>(9));
  rules.mutable_rules(0)->add_channels(v1::SIGNAL_CHANNEL_UNSPECIFIED);
  EXPECT_THAT(fields(rules), ElementsAre("rules[0].laws[0]", "rules[0].channels[0]"));
}

TEST(RuleCheck, StepsStandInTheirOrder) {
  auto rules = good();
  auto& reminders = *rules.mutable_reminders();
  reminders.add_after_days(14);
  reminders.add_after_days(367);
  reminders.add_before_recall_days(30);
  reminders.set_recall_day(29);
  EXPECT_THAT(fields(rules), ElementsAre("reminders.afterDays[2]", "reminders.afterDays[3]",
                                         "reminders.beforeRecallDays[2]", "reminders.recallDay"));
}

TEST(RuleCheck, BoundsHold) {
  v1::WorkRules rules;
  for (int i = 0; i < 101; ++i) {
    auto& rule = *rules.add_rules();
    rule.set_name("rule " + std::to_string(i));
    rule.mutable_gives()->set_handler(true);
  }
  rules.mutable_rules(0)->set_name(std::string(65, 'x'));
  rules.mutable_rules(1)->set_name("\xff");
  for (int i = 0; i < 51; ++i) rules.mutable_rules(2)->add_source_flows("F");
  EXPECT_THAT(fields(rules),
              ElementsAre("rules", "rules[0].name", "rules[1].name", "rules[2].sourceFlows"));
}

}  // namespace
}  // namespace semafoor::work
