// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/work_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/ctl/render.h"

namespace semafoor::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kRules[] = R"({
  "teams": [{"id": "noord", "name": "Team Noord", "members": [{"id": "an", "name": "An"}]}],
  "rules": [
    {"name": "beheerder", "handler": "HANDLER_CONDITION_KNOWN", "gives": {"handler": true}},
    {"name": "rest", "laws": ["LAW_RMI"], "gives": {"turns": {"team": "noord"}}}
  ],
  "reminders": {"afterDays": [7, 14]},
  "version": "3"
})";

void set(v1::Date& date, int year, int month, int day) {
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
}

TEST(WorkPage, RulesAreReadAsTheyWereShown) {
  std::string problem;
  const auto rules = read_rules(kRules, problem);
  ASSERT_TRUE(rules) << problem;
  EXPECT_EQ(rules->version(), 3);
  EXPECT_EQ(rules->rules(1).gives().turns().team(), "noord");
  v1::GetWorkRulesResponse response;
  *response.mutable_rules() = *rules;
  const auto again = read_rules(to_json(response), problem);
  ASSERT_TRUE(again) << problem;
  EXPECT_EQ(again->SerializeAsString(), rules->SerializeAsString());
}

TEST(WorkPage, WhatHoldsNoRulesIsToldSo) {
  std::string problem;
  for (const char* text : {"", "[]", "{\"rules\": [{\"gives\": 7}]}", "{\"regels\": []}"}) {
    EXPECT_FALSE(read_rules(text, problem)) << text;
    EXPECT_THAT(problem, HasSubstr("work rules show --json"));
  }
}

TEST(WorkPage, RulesAreShownInTheirOrderInWords) {
  std::string problem;
  const std::string page = rules_page(*read_rules(kRules, problem));
  EXPECT_THAT(page, StartsWith("version 3"));
  EXPECT_THAT(page, HasSubstr("team noord           Team Noord\n    An (an)\n"));
  EXPECT_THAT(page, HasSubstr("1. beheerder: handler known -> the dossier's handler\n"));
  EXPECT_THAT(page, HasSubstr("2. rest: law LAW_RMI -> in turn every member of team noord\n"));
  EXPECT_THAT(page, HasSubstr("reminded after days: 7, 14\n"));
  EXPECT_EQ(rules_page({}), "There are no rules: nothing is given to anybody.\n");
}

TEST(WorkPage, TheLoadIsATable) {
  v1::GetWorkloadResponse response;
  set(*response.mutable_next_recall(), 2027, 3, 1);
  auto& load = *response.add_loads();
  load.mutable_assignee()->set_id("an");
  load.mutable_assignee()->set_name("An");
  load.set_absent(true);
  load.set_open(12);
  load.set_due_before_recall(9);
  load.set_recalled(2);
  load.mutable_oldest()->set_unix_ms(1'794'916'800'000);
  response.add_loads()->set_open(1);
  const std::string page = load_page(response);
  EXPECT_THAT(page, StartsWith("next half-yearly list: 2027-03-01\n"));
  EXPECT_THAT(page, HasSubstr("An (an), away                               12         9         2  "
                              "2026-11-17\n"));
  EXPECT_THAT(page, HasSubstr("nobody "));
}

TEST(WorkPage, AbsencesAndMergersAreSentences) {
  v1::ListAbsencesResponse absences;
  EXPECT_EQ(absences_page(absences), "Nobody is away, today or later.\n");
  auto& one = *absences.add_absences();
  one.mutable_actor()->set_id("an");
  set(*one.add_absences()->mutable_from(), 2026, 12, 21);
  one.mutable_absences(0)->mutable_stand_in()->set_id("bram");
  EXPECT_THAT(absences_page(absences), HasSubstr("2026-12-21 to further notice; bram stands in\n"));
  google::protobuf::RepeatedPtrField<v1::Merger> mergers;
  EXPECT_EQ(mergers_page(mergers), "There is no merger.\n");
  auto& merger = *mergers.Add();
  merger.mutable_from()->set_value("0212344876");
  merger.mutable_into()->set_value("0212214917");
  set(*merger.mutable_date(), 2027, 1, 1);
  merger.set_state(v1::MERGER_STATE_AWAITING_ANSWERS);
  merger.set_moved(4);
  merger.set_awaiting_answers(1);
  EXPECT_THAT(mergers_page(mergers),
              HasSubstr("0212344876 into 0212214917 on 2027-01-01: awaiting answers; 4 moved"));
  EXPECT_THAT(preview_page(mergers), HasSubstr("4 would move"));
  EXPECT_THAT(preview_page(mergers), HasSubstr("Nothing was changed.\n"));
}

}  // namespace
}  // namespace semafoor::ctl
