// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/oauth/clock_skew.h"

#include <gtest/gtest.h>

#include <vector>

namespace semafoor::upstream {
namespace {

// 784111777 s since 1970 (RFC 9110 section 5.6.7).
constexpr char kDate[] = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::int64_t kThen = 784'111'777'000;
constexpr std::int64_t kMinute = 60'000;

std::int64_t measured(std::int64_t sent_ms, std::int64_t received_ms) {
  ClockSkew skew;
  skew.observe(sent_ms, received_ms, kDate);
  return skew.state().skew_seconds;
}

TEST(ClockSkew, TheServersSecondWithinTheExchangeIsARightClock) {
  EXPECT_EQ(measured(kThen - 10, kThen + 20), 0);
  // Half a second of granularity is no difference.
  EXPECT_EQ(measured(kThen + 900, kThen + 990), 0);
  // Nor is a server that takes its time.
  EXPECT_EQ(measured(kThen - 90'000, kThen + 90'000), 0);
}

TEST(ClockSkew, OnlyWhatIsCertainCounts) {
  EXPECT_EQ(measured(kThen + 6 * kMinute, kThen + 6 * kMinute + 50), 359);
  EXPECT_EQ(measured(kThen - 6 * kMinute - 50, kThen - 6 * kMinute), -360);
  EXPECT_EQ(measured(kThen - 6 * kMinute - 50, kThen - kMinute), -60);
}

TEST(ClockSkew, AnAnswerWithoutADateSaysNothing) {
  ClockSkew skew;
  EXPECT_FALSE(skew.state().measured);
  for (const char* date : {"", "yesterday", "Sunday, 06-Nov-94 08:49:37 GMT"}) {
    skew.observe(0, 0, date);
    EXPECT_FALSE(skew.state().measured) << date;
    EXPECT_EQ(skew.correction_seconds(), 0);
  }
}

TEST(ClockSkew, IsToldWhenItBeginsAndWhenItEnds) {
  std::vector<bool> told;
  ClockSkew skew([&](const ClockState& state) { told.push_back(state.wrong); });
  for (const std::int64_t minutes : {0, 6, 7, 6}) {
    skew.observe(kThen - minutes * kMinute, kThen - minutes * kMinute, kDate);
  }
  EXPECT_EQ(told, std::vector<bool>{true});
  // Just below where it began it may begin again: not right yet.
  skew.observe(kThen - 50'000, kThen - 50'000, kDate);
  EXPECT_TRUE(skew.state().wrong);
  skew.observe(kThen - 20'000, kThen - 20'000, kDate);
  skew.observe(kThen, kThen, kDate);
  EXPECT_EQ(told, (std::vector<bool>{true, false}));
}

TEST(ClockSkew, SixtySecondsAreTolerated) {
  ClockSkew skew([](const ClockState&) { ADD_FAILURE(); });
  skew.observe(kThen - kMinute, kThen - kMinute, kDate);
  EXPECT_FALSE(skew.state().wrong);
}

TEST(ClockSkew, NoServerCanMakeUsDateByMoreThanADay) {
  ClockSkew skew;
  skew.observe(kThen + 4'000 * 86'400'000LL, kThen + 4'000 * 86'400'000LL, kDate);
  EXPECT_EQ(skew.correction_seconds(), 86'400);
  skew.observe(kThen - 4'000 * 86'400'000LL, kThen - 4'000 * 86'400'000LL, kDate);
  EXPECT_EQ(skew.correction_seconds(), -86'400);
}

TEST(ClockSkew, IsSaidInTheUnitThatPeopleUse) {
  EXPECT_EQ(skew_text(-360), "6 minutes behind");
  EXPECT_EQ(skew_text(359), "6 minutes ahead of");
  EXPECT_EQ(skew_text(61), "61 seconds ahead of");
  EXPECT_EQ(skew_text(-1), "1 second behind");
  EXPECT_EQ(skew_text(7'200), "2 hours ahead of");
  EXPECT_EQ(skew_text(-3 * 86'400), "3 days behind");
}

}  // namespace
}  // namespace semafoor::upstream
