// SPDX-License-Identifier: Apache-2.0
//
// What the compiler's library does wrong unless it is mended (cmake/windows).
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <memory>
#include <shared_mutex>
#include <thread>
#include <vector>

namespace semafoor::os {
namespace {

TEST(SharedMutex, MayBeUsedForTheFirstTimeByManyThreadsAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 2'000;
  std::vector<std::unique_ptr<std::shared_mutex>> mutexes;
  for (int i = 0; i < kRounds; ++i) mutexes.push_back(std::make_unique<std::shared_mutex>());
  std::barrier together(kThreads);
  std::atomic<int> taken = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (auto& mutex : mutexes) {
          together.arrive_and_wait();
          const std::shared_lock lock(*mutex);
          ++taken;
        }
      });
    }
  }
  EXPECT_EQ(taken, kThreads * kRounds);
}

}  // namespace
}  // namespace semafoor::os
