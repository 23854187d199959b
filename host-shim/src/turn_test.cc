// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/turn.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "host-shim/src/back_off.h"

namespace semafoor::loader {
namespace {

using std::chrono::milliseconds;

TEST(Turn, IsHeldByOneAtATime) {
  Turn turn;
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        const TurnHolder holder(turn);
        most = std::max(most.load(), ++inside);
        --inside;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
}

TEST(Turn, GivesUpAtItsLimitAndLeavesTheQueueInOrder) {
  Turn turn;
  turn.take();
  EXPECT_FALSE(turn.take(std::chrono::steady_clock::now()));
  turn.end();
  EXPECT_TRUE(turn.take(std::chrono::steady_clock::now() + milliseconds(100)));
}

TEST(Turn, MayBeEndedByAnotherThread) {
  Turn turn;
  turn.take();
  std::thread([&] { turn.end(); }).join();
  EXPECT_TRUE(turn.take(std::chrono::steady_clock::now() + milliseconds(100)));
}

TEST(BackOff, DoublesToItsLimitAndObeysWhatWasAsked) {
  BackOff back_off;
  EXPECT_EQ(back_off.next(-1), milliseconds(250));
  EXPECT_EQ(back_off.next(-1), milliseconds(500));
  EXPECT_EQ(back_off.next(5000), milliseconds(5000));
  for (int i = 0; i < 20; ++i) EXPECT_LE(back_off.next(-1), milliseconds(30'000));
  EXPECT_EQ(back_off.next(-1), milliseconds(30'000));
  back_off.reset();
  EXPECT_EQ(back_off.next(0), milliseconds(250));
}

}  // namespace
}  // namespace semafoor::loader
