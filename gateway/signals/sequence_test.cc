// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/sequence.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace semafoor::signals {
namespace {

Sequence seen(std::initializer_list<std::int64_t> numbers, Sequence sequence = {}) {
  for (const auto number : numbers) sequence.see(number);
  return sequence;
}

TEST(Sequence, NumbersInAnyOrderAndTwiceMakeAWhole) {
  EXPECT_TRUE(seen({17, 18, 19}).whole());
  EXPECT_TRUE(seen({17, 19, 18, 18}).whole());
}

TEST(Sequence, TheFirstNumberEverSeenIsTheStart) {
  EXPECT_TRUE(seen({500, 501}).whole());
}

TEST(Sequence, AHoleIsNamedUntilItIsFilled) {
  auto sequence = seen({1, 2, 5, 9});
  EXPECT_EQ(sequence.problem().substr(0, 40), "hole in sequence: 3-4, 6-8 (5 numbers). ");
  sequence.see(3);
  sequence.see(7);
  EXPECT_EQ(sequence.problem().substr(0, 40), "hole in sequence: 4, 6, 8 (3 numbers). A");
  for (const auto number : {4, 6, 8}) sequence.see(number);
  EXPECT_TRUE(sequence.whole());
  EXPECT_EQ(sequence.problem(), "");
}

TEST(Sequence, SurvivesBeingWrittenDown) {
  const auto sequence = Sequence::parse(seen({1, 2, 5, 9}).text());
  EXPECT_EQ(sequence.text(), "9;3-4;6-8");
  EXPECT_EQ(seen({4}, sequence).text(), "9;3-3;6-8");
}

TEST(Sequence, WhatCannotBeReadStartsAnew) {
  for (const auto* text : {"", "x", "9;", "9;3", "9;3-", "-4"}) {
    EXPECT_EQ(Sequence::parse(text).text(), "") << text;
  }
}

TEST(Sequence, ALyingUpstreamDoesNotMakeItGrowWithoutBound) {
  Sequence sequence;
  for (std::int64_t i = 1; i < 10'000; i += 2) sequence.see(i);
  EXPECT_LT(sequence.text().size(), 4'000U);
}

}  // namespace
}  // namespace semafoor::signals
