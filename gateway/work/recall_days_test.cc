// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/recall_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/work/days.h"

namespace semafoor::work {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::Date day(int yyyymmdd) {
  return domain::date_of_number(yyyymmdd);
}

v1::ReminderRules rules() {
  v1::ReminderRules rules;
  for (const int days : {7, 14, 30}) rules.add_after_days(days);
  for (const int days : {30, 10}) rules.add_before_recall_days(days);
  return rules;
}

std::vector<std::string> reached(int received, int on) {
  std::vector<std::string> keys;
  for (const auto& step : steps_reached(rules(), day(received), day(on)))
    keys.push_back(step.key());
  return keys;
}

TEST(RecallDays, TheListsComeInMarchAndOctoberOnTheDayOfTheSetting) {
  v1::ReminderRules rules;
  const auto next = [&](int on) { return domain::date_number(next_recall(rules, day(on))); };
  EXPECT_EQ(next(20260228), 20260301);
  EXPECT_EQ(next(20260301), 20260301);
  EXPECT_EQ(next(20260302), 20261001);
  EXPECT_EQ(next(20261002), 20270301);
  rules.set_recall_day(15);
  EXPECT_EQ(next(20260302), 20260315);
  EXPECT_EQ(next(20261016), 20270315);
}

TEST(RecallDays, OfSeveralStepsTheLatestIsToldAndEachKindItsOwn) {
  EXPECT_THAT(reached(20261110, 20261116), IsEmpty());
  EXPECT_THAT(reached(20261110, 20261117), ElementsAre("age-7"));
  EXPECT_THAT(reached(20261110, 20261124), ElementsAre("age-14"));
  EXPECT_THAT(reached(20261110, 20270115), ElementsAre("age-30"));
  EXPECT_THAT(reached(20270130, 20270130), ElementsAre("recall-20270301-30"));
  EXPECT_THAT(reached(20270130, 20270219), ElementsAre("age-14", "recall-20270301-10"));
  EXPECT_THAT(reached(20270130, 20270301), ElementsAre("age-30", "recall-20270301-10"));
  EXPECT_THAT(reached(20270130, 20270302), ElementsAre("age-30")) << "the next one is in October";
}

TEST(RecallDays, DaysAreCountedByDatesAndBeginAtBelgianMidnight) {
  EXPECT_EQ(days_between(day(20260228), day(20260301)), 1);
  EXPECT_EQ(days_between(day(20261001), day(20270301)), 151);
  EXPECT_EQ(days_between(day(20260301), day(20260228)), -1);
  // 2026-07-14T22:00Z is midnight there.
  EXPECT_EQ(domain::date_number(domain::belgian_day(1'784'066'400'000)), 20260715);
  EXPECT_EQ(domain::date_number(domain::belgian_day(1'784'066'400'000 - 1)), 20260714);
}

TEST(RecallDays, ATextThereIsInEveryLanguage) {
  v1::Reminder reminder;
  reminder.set_kind(v1::REMINDER_KIND_AGE);
  reminder.set_days(14);
  EXPECT_EQ(text_of(reminder).nl(),
            "Dit knipperlicht wacht al 14 dagen of langer op een antwoord.");
  reminder.set_kind(v1::REMINDER_KIND_RECALL);
  *reminder.mutable_recall_on() = day(20270301);
  for (const auto& text : {text_of(reminder).nl(), text_of(reminder).fr(), text_of(reminder).de(),
                           text_of(reminder).en()})
    EXPECT_NE(text.find("2027-03-01"), std::string::npos) << text;
}

}  // namespace
}  // namespace semafoor::work
