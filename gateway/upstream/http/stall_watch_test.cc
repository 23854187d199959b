// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/stall_watch.h"

#include <gtest/gtest.h>

namespace semafoor::upstream {
namespace {

using namespace std::chrono_literals;
using Moment = StallWatch::Clock::time_point;

constexpr Moment kStart{};

TEST(StallWatch, SilenceForTheWholeWindowIsAStall) {
  StallWatch watch(8s, 1024, kStart);
  EXPECT_FALSE(watch.stalled(kStart + 7s));
  EXPECT_TRUE(watch.stalled(kStart + 8s));
}

TEST(StallWatch, OneKilobyteASecondIsEnough) {
  StallWatch watch(8s, 1024, kStart);
  for (int second = 1; second <= 60; ++second) {
    watch.progressed(1024);
    ASSERT_FALSE(watch.stalled(kStart + second * 1s));
  }
}

TEST(StallWatch, TricklingIsAStall) {
  StallWatch watch(8s, 1024, kStart);
  bool stalled = false;
  for (int second = 1; second <= 9 && !stalled; ++second) {
    watch.progressed(100);
    stalled = watch.stalled(kStart + second * 1s);
  }
  EXPECT_TRUE(stalled);
}

TEST(StallWatch, FastStartDoesNotExcuseALaterHalt) {
  StallWatch watch(8s, 1024, kStart);
  watch.progressed(100'000'000);
  EXPECT_FALSE(watch.stalled(kStart + 8s));
  EXPECT_TRUE(watch.stalled(kStart + 17s));
}

TEST(StallWatch, TimeOfOurOwnSideDoesNotCount) {
  StallWatch watch(8s, 1024, kStart);
  watch.forgive(60s);
  EXPECT_FALSE(watch.stalled(kStart + 62s));
  EXPECT_TRUE(watch.stalled(kStart + 68s));
}

}  // namespace
}  // namespace semafoor::upstream
