// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/domain/date.h"

namespace semafoor::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

void add_cell(v1::Statistics& statistics, const std::string& type, v1::StatisticsAge age,
              v1::StatisticsOutcome outcome, std::int64_t signals) {
  auto& cell = *statistics.add_cells();
  *cell.mutable_month() = domain::date_of_number(20'261'001);
  cell.set_signal_type(type);
  cell.set_channel(v1::SIGNAL_CHANNEL_MONTHLY_LIST);
  cell.set_age(age);
  cell.set_outcome(outcome);
  cell.set_signals(signals);
}

v1::Statistics sample() {
  v1::Statistics statistics;
  statistics.mutable_organisation()->set_value("0212214917");
  *statistics.mutable_period()->mutable_from() = domain::date_of_number(20'261'001);
  *statistics.mutable_period()->mutable_to() = domain::date_of_number(20'261'031);
  statistics.set_signals(12);
  add_cell(statistics, "X-PENSION", v1::STATISTICS_AGE_WEEK, v1::STATISTICS_OUTCOME_ACCEPTED, 7);
  add_cell(statistics, "X-PENSION", v1::STATISTICS_AGE_HALF_YEAR, v1::STATISTICS_OUTCOME_OPEN, 3);
  add_cell(statistics, "X-REGISTER", v1::STATISTICS_AGE_WEEK, v1::STATISTICS_OUTCOME_OPEN, 2);
  auto& month = *statistics.add_months();
  *month.mutable_month() = domain::date_of_number(20'261'001);
  month.set_received(12);
  month.set_answered(7);
  month.set_unanswered(5);
  month.mutable_answer_times()->set_median_hours(30);
  month.mutable_answer_times()->set_ninth_decile_hours(100);
  auto& share = *month.add_shares();
  share.set_law(v1::LAW_RMI);
  share.set_with_signal(9);
  share.set_dossiers(120);
  share.set_share(750);
  auto& unknown = *month.add_shares();
  unknown.set_law(v1::LAW_1965);
  unknown.set_with_signal(1);
  statistics.mutable_trend()->mutable_sentence()->set_en("About 40 % fewer.");
  return statistics;
}

TEST(StatsPage, HasATableForEachQuestion) {
  const auto page = stats_page(sample());
  EXPECT_THAT(page, HasSubstr("0212214917: signals received from 2026-10-01 to 2026-10-31"));
  EXPECT_THAT(page,
              HasSubstr("2026-10        12         7           5         0    30 h      4 d"));
  EXPECT_THAT(page, HasSubstr("X-PENSION        10\nX-REGISTER        2\n"));
  EXPECT_THAT(page, HasSubstr("monthly-list"));
  EXPECT_THAT(page, HasSubstr("at most 7 days        9\n92 to 183 days        3\n"));
  EXPECT_THAT(page, HasSubstr("open            5\naccepted        7\n"));
  EXPECT_THAT(page, HasSubstr("RMI 9 of 120 (7.50 %); law 1965 1 of ?"));
  EXPECT_THAT(page, HasSubstr("About 40 % fewer."));
}

TEST(StatsPage, WhatNobodyKnowsIsNotShownAsZero) {
  v1::Statistics statistics = sample();
  statistics.mutable_months(0)->clear_shares();
  statistics.mutable_months(0)->clear_answer_times();
  const auto page = stats_page(statistics);
  EXPECT_THAT(page, HasSubstr("     -        -\n"));
  EXPECT_THAT(page, Not(HasSubstr("Dossiers with a signal")));
  EXPECT_THAT(stats_line(statistics),
              HasSubstr("0212214917         12         0        -        -"));
}

}  // namespace
}  // namespace semafoor::ctl
