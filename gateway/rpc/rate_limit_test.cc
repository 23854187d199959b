// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/rate_limit.h"

#include <gtest/gtest.h>

namespace semafoor::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(RateLimit, ASecondsWorthMayComeAtOnceAndThenOneAfterTheOther) {
  RateLimit limit(100);
  RateLimit::Clock::time_point now{std::chrono::hours(1)};
  for (int i = 0; i < 100; ++i) ASSERT_EQ(limit.take(now), nanoseconds(0)) << i;
  EXPECT_EQ(limit.take(now), milliseconds(10));
  now += milliseconds(9);
  EXPECT_EQ(limit.take(now), milliseconds(1));
  now += milliseconds(1);
  EXPECT_EQ(limit.take(now), nanoseconds(0));
  EXPECT_EQ(limit.take(now), milliseconds(10));
}

TEST(RateLimit, ALongRestIsWorthASecondAndNoMore) {
  RateLimit limit(2);
  RateLimit::Clock::time_point now{std::chrono::hours(1)};
  ASSERT_EQ(limit.take(now), nanoseconds(0));
  now += std::chrono::hours(1);
  EXPECT_EQ(limit.take(now), nanoseconds(0));
  EXPECT_EQ(limit.take(now), nanoseconds(0));
  EXPECT_GT(limit.take(now), nanoseconds(0));
}

}  // namespace
}  // namespace semafoor::rpc
