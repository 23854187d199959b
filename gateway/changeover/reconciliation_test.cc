// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/reconciliation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "gateway/changeover/test_lists.h"
#include "gateway/duties/duty_log.h"
#include "gateway/signals/signal_intake.h"

namespace semafoor::changeover {
namespace {

using ::testing::IsEmpty;

constexpr auto kMutation = v1::SIGNAL_CHANNEL_MUTATION;
constexpr auto kMonthly = v1::SIGNAL_CHANNEL_MONTHLY_LIST;

// It is 18 November 2026: August, September and October count.
class ReconciliationTest : public ListsTest {
 protected:
  ReconciliationTest() {
    now_ms_ = clock_.now_ms();
    clock_.jump(domain::ms_of_date(day(20260701)) - now_ms_);
    set(v1::CHANNEL_MODE_PARALLEL);
    clock_.jump(now_ms_ - clock_.now_ms());
    // Once for all: mutations of this person come.
    put(signal("known", {kMutation, kMonthly}, 20260805));
  }

  // Each of a month, made on the third of the next.
  void put_monthly(int cycle, std::int64_t bad_rows = 0) {
    auto made = list("l" + std::to_string(cycle), kMonthly, cycle,
                     domain::ms_of_date(day(month_after(cycle / 100, 1) * 100 + 3)));
    made.set_bad_rows(bad_rows);
    put(made);
  }
  void put_all_lists() {
    for (const int cycle : {20260801, 20260901, 20261001}) put_monthly(cycle);
  }
  v1::GetReconciliationResponse report(const ReconciliationWish& wish = {}) {
    auto made = room_.reconcile(kTestOrg, wish);
    EXPECT_TRUE(made.ok());
    return made.ok() ? *made : v1::GetReconciliationResponse();
  }
  std::string why(const std::string& signal_id) {
    const auto made = report();
    for (const auto& one : made.differences())
      if (one.signal_id() == signal_id) return one.reason_code();
    return "no difference";
  }
  std::vector<std::string> obstacles() {
    std::vector<std::string> codes;
    const auto made = report();
    for (const auto& one : made.obstacles()) codes.push_back(one.code());
    return codes;
  }

  std::int64_t now_ms_ = 0;
};

TEST_F(ReconciliationTest, MonthsAreCounted) {
  EXPECT_EQ(month_after(202611, 2), 202701);
  EXPECT_EQ(month_after(202601, -1), 202512);
  EXPECT_EQ(month_after(202612, 0), 202612);
}

TEST_F(ReconciliationTest, ACleanPeriodAdvisesTheElectronicFlow) {
  put_all_lists();
  put(signal("both", {kMutation, kMonthly}, 20260910));
  const auto made = report();
  EXPECT_EQ(made.advice(), v1::CHANNEL_ADVICE_ADOPT_ELECTRONIC);
  EXPECT_THAT(made.obstacles(), IsEmpty());
  EXPECT_FALSE(made.advice_text().fr().empty());
  ASSERT_EQ(made.months_size(), 4) << "three whole months and the one that runs";
  EXPECT_EQ(made.months(0).both(), 1);
  EXPECT_EQ(made.months(1).both(), 1);
  EXPECT_EQ(made.months(0).lists(), 1);
}

TEST_F(ReconciliationTest, AMonthWithoutItsListSaysNothing) {
  put_monthly(20260801);
  put_monthly(20261001);
  EXPECT_THAT(obstacles(), testing::ElementsAre("channels.month_without_list"));
  EXPECT_EQ(report().advice(), v1::CHANNEL_ADVICE_WAIT);
  EXPECT_EQ(domain::date_number(report().obstacles(0).month()), 20260901);
}

TEST_F(ReconciliationTest, RowsThatCouldNotBeReadAreInTheWay) {
  put_monthly(20260801);
  put_monthly(20260901, 4);
  put_monthly(20261001);
  ASSERT_THAT(obstacles(), testing::ElementsAre("channels.month_unreadable"));
  EXPECT_EQ(report().obstacles(0).count(), 4);
}

TEST_F(ReconciliationTest, TheMonthsMustLieWhollyInTheParallelPeriod) {
  put_all_lists();
  set(v1::CHANNEL_MODE_LISTS);
  EXPECT_EQ(report().advice(), v1::CHANNEL_ADVICE_NONE);
  set(v1::CHANNEL_MODE_PARALLEL);
  EXPECT_THAT(obstacles(), testing::ElementsAre("channels.too_short"));
}

TEST_F(ReconciliationTest, APersonOfWhomNoMutationEverCameHasNoIntegration) {
  put_all_lists();
  put(signal("alone", {kMonthly}, 20260910, "93051822361"));
  EXPECT_EQ(why("alone"), "channels.no_integration");
  EXPECT_THAT(obstacles(), testing::ElementsAre("channels.month_differences"));
  EXPECT_FALSE(report().differences(0).harmless());
}

TEST_F(ReconciliationTest, ASignalByListAloneOfAKnownPersonIsUnexplainedOrLost) {
  put_all_lists();
  put(signal("alone", {kMonthly}, 20260910));
  EXPECT_EQ(why("alone"), "channels.unexplained");
  store_.write([&](store::Transaction& tx) {
    return duties::record_failure(tx, kTestOrg, signals::kSequenceDuty, 1, "hole in sequence: 7");
  });
  EXPECT_EQ(why("alone"), "channels.mutation_lost");
  EXPECT_EQ(report().months(1).in_the_way(), 1);
}

TEST_F(ReconciliationTest, WhatIsOlderThanTheParallelPeriodNeedsNoMutation) {
  put_all_lists();
  clock_.jump(domain::ms_of_date(day(20260920)) - clock_.now_ms());
  set(v1::CHANNEL_MODE_ELECTRONIC);
  set(v1::CHANNEL_MODE_PARALLEL);
  clock_.jump(now_ms_ - clock_.now_ms());
  put(signal("alone", {kMonthly}, 20260910));
  EXPECT_EQ(why("alone"), "channels.before_parallel");
}

TEST_F(ReconciliationTest, AfterAListThatJustCameTheMutationMayFollow) {
  auto fresh = signal("fresh", {kMonthly}, 20261030);
  auto& arrival = *fresh.add_arrivals();
  arrival.set_channel(kMonthly);
  arrival.mutable_last_at()->set_unix_ms(now_ms_ - kDayMs);
  put(fresh);
  EXPECT_EQ(why("fresh"), "channels.mutation_awaited");
  clock_.jump(3 * kDayMs);
  EXPECT_EQ(why("fresh"), "channels.unexplained");
}

TEST_F(ReconciliationTest, ByMutationAloneForAReason) {
  put(signal("early", {kMutation}, 20260910));
  EXPECT_EQ(why("early"), "channels.no_list");
  put_all_lists();
  EXPECT_EQ(why("early"), "channels.unexplained");
  put(signal("late", {kMutation}, 20261110));
  EXPECT_EQ(why("late"), "channels.no_list") << "November's list is not due";
  put(signal("on the last list's day", {kMutation}, 20261103));
  EXPECT_EQ(why("on the last list's day"), "channels.no_list");
  // October's list was made on 3 November: what was found in October after an early list of it.
  put(list("second", kMonthly, 20261001, domain::ms_of_date(day(20261020))));
  put(signal("between", {kMutation}, 20261025));
  EXPECT_EQ(why("between"), "channels.unexplained") << "the later list had to name it";
}

TEST_F(ReconciliationTest, WhatWasFoundAfterTheListBelongsOnTheNext) {
  put(list("early", kMonthly, 20261001, domain::ms_of_date(day(20261020))));
  put(signal("after", {kMutation}, 20261025));
  EXPECT_EQ(why("after"), "channels.detected_after_list");
}

TEST_F(ReconciliationTest, WhatWasAnsweredBeforeTheListIsNotOnIt) {
  put_all_lists();
  put(signal("answered", {kMutation}, 20260910));
  clock_.jump(domain::ms_of_date(day(20260912)) - clock_.now_ms());
  answer(1, "answered");
  clock_.jump(now_ms_ - clock_.now_ms());
  EXPECT_EQ(why("answered"), "channels.answered_before_list");
  EXPECT_THAT(obstacles(), IsEmpty());
}

TEST_F(ReconciliationTest, AListThatCouldNotBeReadMayHaveHadIt) {
  put_monthly(20260901, 1);
  put(signal("perhaps", {kMutation}, 20260910));
  EXPECT_EQ(why("perhaps"), "channels.list_unreadable");
}

TEST_F(ReconciliationTest, ARecordForWhichAnotherStandsIsNotCounted) {
  put_all_lists();
  auto replaced = signal("replaced", {kMonthly}, 20260910, "93051822361");
  replaced.set_state(v1::SIGNAL_STATE_SUPERSEDED);
  replaced.mutable_supersession()->set_signal_id("known");
  put(replaced);
  EXPECT_EQ(why("replaced"), "no difference");
}

TEST_F(ReconciliationTest, WhatIsInTheWayComesFirstAndNoMoreThanAskedFor) {
  put_all_lists();
  for (int i = 0; i < 3; ++i) put(signal("after" + std::to_string(i), {kMutation}, 20261101 + i));
  put(signal("alone", {kMonthly}, 20260810));
  const auto made = report({.most_differences = 2});
  EXPECT_EQ(made.total_differences(), 4);
  ASSERT_EQ(made.differences_size(), 2);
  EXPECT_EQ(made.differences(0).signal_id(), "alone");
}

TEST_F(ReconciliationTest, AnotherPeriodChangesTheReportAndNotTheAdvice) {
  put_all_lists();
  put(signal("old", {kMonthly}, 20260310));
  const auto made = report({.from = 202603, .to = 202603});
  ASSERT_EQ(made.months_size(), 1);
  EXPECT_EQ(made.months(0).list_only(), 1);
  EXPECT_EQ(made.advice(), v1::CHANNEL_ADVICE_ADOPT_ELECTRONIC);
}

TEST_F(ReconciliationTest, WithoutADayOfDetectionTheReceiptCounts) {
  auto undated = signal("undated", {kMonthly}, 0);
  undated.mutable_received_at()->set_unix_ms(domain::ms_of_date(day(20260915)));
  put(undated);
  EXPECT_EQ(report().months(1).list_only(), 1);
}

}  // namespace
}  // namespace semafoor::changeover
