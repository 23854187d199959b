// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/event_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

namespace semafoor::rpc {
namespace {

using ::testing::ElementsAre;

TEST(EventHub, NewsWakesTheWaitersOfThatOrganisationOnceAndNoOther) {
  EventHub hub;
  int mine = 0;
  int other = 0;
  EXPECT_NE(hub.wait("A", hub.generation("A"), [&] { ++mine; }), 0U);
  EXPECT_NE(hub.wait("B", hub.generation("B"), [&] { ++other; }), 0U);
  hub.notify("A");
  hub.notify("A");
  EXPECT_EQ(mine, 1);
  EXPECT_EQ(other, 0);
  EXPECT_EQ(hub.waiting(), 1U);
}

TEST(EventHub, NewsBetweenReadingAndWaitingIsNotMissed) {
  EventHub hub;
  const auto seen = hub.generation("A");
  hub.notify("A");
  bool woken = false;
  EXPECT_EQ(hub.wait("A", seen, [&] { woken = true; }), 0U);
  EXPECT_TRUE(woken);
}

TEST(EventHub, ACancelledWaiterIsNeverWoken) {
  EventHub hub;
  bool woken = false;
  const auto waiter = hub.wait("A", 0, [&] { woken = true; });
  EXPECT_TRUE(hub.cancel(waiter));
  EXPECT_FALSE(hub.cancel(waiter));
  hub.notify("A");
  EXPECT_FALSE(woken);
  EXPECT_EQ(hub.waiting(), 0U);
}

TEST(EventHub, CloseWakesEverybodyAndWhoComesLater) {
  EventHub hub;
  int woken = 0;
  std::vector<std::string> told;
  hub.watch([&](const std::string& org) { told.push_back(org); });
  hub.wait("A", 0, [&] { ++woken; });
  hub.wait("B", 0, [&] { ++woken; });
  hub.close();
  EXPECT_EQ(woken, 2);
  EXPECT_EQ(hub.wait("A", hub.generation("A"), [&] { ++woken; }), 0U);
  EXPECT_EQ(woken, 3);
  EXPECT_THAT(told, ElementsAre(""));
}

TEST(EventHub, AWatcherHearsOfEveryOrganisationUntilItLeaves) {
  EventHub hub;
  std::vector<std::string> told;
  const auto id = hub.watch([&](const std::string& org) { told.push_back(org); });
  hub.notify("A");
  hub.notify("B");
  hub.unwatch(id);
  hub.notify("C");
  EXPECT_THAT(told, ElementsAre("A", "B"));
}

TEST(EventHub, AWakeMayWaitAgain) {
  EventHub hub;
  int woken = 0;
  std::function<void()> again = [&] {
    if (++woken < 3) hub.wait("A", hub.generation("A"), again);
  };
  hub.wait("A", hub.generation("A"), again);
  for (int i = 0; i < 5; ++i) hub.notify("A");
  EXPECT_EQ(woken, 3);
}

TEST(EventHub, ManyThreadsEachWaiterIsWokenOrCancelledNeverBoth) {
  EventHub hub;
  constexpr int kThreads = 4;
  constexpr int kRounds = 2000;
  std::atomic<int> woken{0};
  std::atomic<int> cancelled{0};
  std::latch start(kThreads + 1);
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int i = 0; i < kRounds; ++i) {
        const auto waiter = hub.wait("A", hub.generation("A"), [&] { ++woken; });
        if (waiter != 0 && i % 2 == 0 && hub.cancel(waiter)) ++cancelled;
      }
    });
  start.arrive_and_wait();
  for (int i = 0; i < kRounds; ++i) hub.notify("A");
  threads.clear();
  hub.close();
  EXPECT_EQ(woken + cancelled, kThreads * kRounds);
  EXPECT_EQ(hub.waiting(), 0U);
}

}  // namespace
}  // namespace semafoor::rpc
