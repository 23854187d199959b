// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/distinct.h"

#include <gtest/gtest.h>

#include <string>

namespace semafoor::lists {
namespace {

TEST(DistinctTexts, AreCountedOnceInAnyOrder) {
  Distinct distinct;
  for (int round = 0; round < 3; ++round)
    for (int i = 0; i < 20'000; ++i) distinct.add(std::to_string(i * 7919 % 20'000));
  EXPECT_EQ(distinct.count(), 20'000);
  distinct.add("another");
  EXPECT_EQ(distinct.count(), 20'001);
}

}  // namespace
}  // namespace semafoor::lists
