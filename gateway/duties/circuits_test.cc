// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/circuits.h"

#include <gtest/gtest.h>

#include "gateway/duties/manual_clock.h"

namespace semafoor::duties {
namespace {

constexpr char kOrg[] = "0212344876";
constexpr char kOther[] = "0206731645";

Error down() {
  return {.kind = ErrorKind::unavailable,
          .code = "upstream.unavailable",
          .retryable = true,
          .upstream_status = 503};
}

class CircuitsTest : public ::testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) circuits_.failed(kOrg, down());
  }
  int room(int busy = 0) {
    const auto limits = circuits_.limits({{kOrg, busy}});
    const auto found = limits.find(kOrg);
    return found == limits.end() ? 1'000 : found->second;
  }

  ManualClock clock_;
  Circuits circuits_{clock_, {}, [] { return 1.0; }};
};

TEST_F(CircuitsTest, AFailureNowAndThenStopsNobody) {
  fail(2);
  circuits_.answered(kOrg);
  fail(2);
  EXPECT_EQ(room(), 1'000);
  EXPECT_FALSE(circuits_.rests(kOrg));
}

TEST_F(CircuitsTest, ThreeInARowAndItRestsThenOneTriesAndAllFollow) {
  fail(3);
  EXPECT_TRUE(circuits_.rests(kOrg));
  EXPECT_EQ(room(), 0);
  EXPECT_EQ(circuits_.limits({}).count(kOther), 0U) << "another organisation goes on";
  EXPECT_EQ(circuits_.next_change(), clock_.steady_ms() + 1'000);
  clock_.advance(1'000);
  EXPECT_FALSE(circuits_.rests(kOrg));
  EXPECT_EQ(room(), 1);
  EXPECT_EQ(room(1), 0) << "the one that tries";
  int closed = 0;
  circuits_.on_close([&] { ++closed; });
  circuits_.answered(kOrg);
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(room(), 1'000);
}

TEST_F(CircuitsTest, TheRestsGrowWithEachTryThatFailsUpToAMost) {
  fail(3);
  for (const int ms : {1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000}) {
    EXPECT_EQ(circuits_.next_change(), clock_.steady_ms() + ms);
    clock_.advance(ms);
    fail(1);
  }
}

TEST_F(CircuitsTest, ThoseThatWereUnderWayMakeTheRestNoLonger) {
  fail(20);
  EXPECT_EQ(circuits_.next_change(), clock_.steady_ms() + 1'000);
}

TEST_F(CircuitsTest, WhoAsksForPatienceGetsItAtOnceAndNotLess) {
  Error busy = down();
  busy.kind = ErrorKind::resource_exhausted;
  busy.retry_after_ms = 20'000;
  EXPECT_EQ(circuits_.failed(kOrg, busy), 22'000);
  EXPECT_TRUE(circuits_.rests(kOrg));
  clock_.advance(22'000);
  EXPECT_EQ(room(), 1);
}

TEST_F(CircuitsTest, AWishThatComesDuringARestCountsToo) {
  fail(3);
  Error busy = down();
  busy.retry_after_ms = 10'000;
  EXPECT_EQ(circuits_.failed(kOrg, busy), 11'000);
  EXPECT_EQ(circuits_.failed(kOrg, down()), 11'000) << "never shorter";
}

TEST_F(CircuitsTest, ARefusalIsAnAnswerAndOurOwnTroubleIsNeither) {
  fail(2);
  circuits_.failed(kOrg,
                   {.kind = ErrorKind::unavailable, .code = "store.disk_full", .retryable = true});
  EXPECT_FALSE(circuits_.rests(kOrg));
  circuits_.failed(
      kOrg,
      {.kind = ErrorKind::invalid_argument, .code = "upstream.refused", .upstream_status = 400});
  fail(2);
  EXPECT_FALSE(circuits_.rests(kOrg));
}

TEST_F(CircuitsTest, WhoIsKnownToBeAwayRestsThatLongAndThenOneTries) {
  circuits_.rest(kOrg, 60'000);
  EXPECT_TRUE(circuits_.rests(kOrg));
  EXPECT_EQ(room(), 0);
  EXPECT_EQ(circuits_.next_change(), clock_.steady_ms() + 60'000);
  circuits_.rest(kOrg, 1'000);
  clock_.advance(59'999);
  EXPECT_TRUE(circuits_.rests(kOrg)) << "a shorter rest takes nothing away";
  clock_.advance(1);
  EXPECT_EQ(room(), 1);
  circuits_.answered(kOrg);
  EXPECT_EQ(room(), 1'000);
}

}  // namespace
}  // namespace semafoor::duties
