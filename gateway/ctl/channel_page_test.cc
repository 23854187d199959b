// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/channel_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/domain/date.h"

namespace semafoor::ctl {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ChannelPage, ChannelsAreReadAndWrittenInTheSameWords) {
  for (const char* name : {"lists", "parallel", "electronic"})
    EXPECT_EQ(channel_name(channel_of(name)), name);
  EXPECT_EQ(channel_of("Lists"), v1::CHANNEL_MODE_UNSPECIFIED);
}

TEST(ChannelPage, WhoSaidNothingIsToldSo) {
  v1::GetChannelResponse response;
  response.mutable_channel()->set_mode(v1::CHANNEL_MODE_ELECTRONIC);
  EXPECT_THAT(channel_page(response), HasSubstr("electronic (nobody ever said"));
  auto& change = *response.mutable_channel()->add_changes();
  change.set_from(v1::CHANNEL_MODE_LISTS);
  change.set_to(v1::CHANNEL_MODE_PARALLEL);
  change.set_changed_by("uid 1000");
  change.set_reason("board decision");
  change.set_answers_queued(7);
  EXPECT_THAT(channel_page(response),
              HasSubstr("lists -> parallel  by uid 1000: board decision (7 answers queued)"));
}

TEST(ChannelPage, TheReportSaysWhatIsInTheWayAndWhy) {
  v1::GetReconciliationResponse response;
  auto& month = *response.add_months();
  *month.mutable_month() = domain::date_of_number(20260901);
  month.set_both(120);
  month.set_in_the_way(1);
  response.mutable_advice_text()->set_en("Do not change over yet.");
  auto& obstacle = *response.add_obstacles();
  obstacle.set_code("channels.month_differences");
  *obstacle.mutable_month() = month.month();
  obstacle.set_count(1);
  auto& difference = *response.add_differences();
  difference.set_signal_id("s1");
  difference.set_side(v1::ARRIVAL_SIDE_LIST_ONLY);
  difference.set_reason_code("channels.no_integration");
  response.set_total_differences(9);
  EXPECT_THAT(
      reconciliation_page(response),
      AllOf(HasSubstr("2026-09   120"), HasSubstr("Advice: Do not change over yet."),
            HasSubstr("2026-09:  (1) [channels.month_differences]"), HasSubstr("1 of 9 signals"),
            HasSubstr("s1  list  IN THE WAY   [channels.no_integration]")));
}

TEST(ChannelPage, AReturnSaysWhatIsMissingAndHowItGoesBack) {
  v1::PrepareReturnResponse response;
  auto& its = *response.mutable_list_return();
  its.set_state(v1::RETURN_STATE_PREPARED);
  its.set_return_id("r1");
  its.set_rows(3);
  its.set_filled(1);
  its.set_unreadable_rows(2);
  auto& missing = *its.add_unfilled();
  missing.set_rows(2);
  missing.set_missing(true);
  missing.set_reason_code("channels.row_unanswered");
  auto& row = *response.add_missing();
  row.set_line(5);
  row.set_signal_id("s2");
  row.set_reason_code("channels.row_unanswered");
  EXPECT_THAT(return_page(response),
              AllOf(HasSubstr("prepared  1 of 3 rows with a code  r1"), HasSubstr("2 rows MISSING"),
                    HasSubstr("2 rows of the list could not be read"),
                    HasSubstr("line 5  signal s2"), HasSubstr("as a file (--file)")));
  its.set_way(v1::RETURN_WAY_REPLY);
  EXPECT_THAT(return_page(response), HasSubstr("as a reply (--send)"));
  its.set_state(v1::RETURN_STATE_NAMED_AGAIN);
  its.set_named_again(4);
  its.set_last_problem("Cut short.");
  EXPECT_THAT(return_line(its), AllOf(HasSubstr("named again"), HasSubstr("4 named again"),
                                      HasSubstr("\n  Cut short.")));
}

TEST(ChannelPage, WhatIsNotPreparedIsNamedByItsList) {
  v1::ListReturnsResponse response;
  EXPECT_EQ(returns_page(response), "No half-yearly list came yet.\n");
  auto& one = *response.add_unreturned();
  one.set_list_id("l1");
  one.set_rows(12);
  EXPECT_THAT(returns_page(response), HasSubstr("not prepared  12 rows  list l1"));
}

TEST(ChannelPage, AMonthHasItsFirstAndItsLastDay) {
  v1::Date date;
  ASSERT_TRUE(read_month("2028-02", true, date));
  EXPECT_EQ(domain::date_number(date), 20280229);
  ASSERT_TRUE(read_month("2026-11", false, date));
  EXPECT_EQ(domain::date_number(date), 20261101);
  for (const char* none : {"", "2026", "2026-13", "2026-11-", "2026-1", "x"})
    EXPECT_FALSE(read_month(none, true, date)) << none;
}

}  // namespace
}  // namespace semafoor::ctl
