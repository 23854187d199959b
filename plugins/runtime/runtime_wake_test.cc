// SPDX-License-Identifier: Apache-2.0
//
// Hints: who is woken, when, and what stop() promises about it.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <utility>

#include "plugins/runtime/test_fixture.h"

namespace semafoor::runtime::testing {
namespace {

using RuntimeWake = Runtime;

// Counts wakes; one per session.
struct Bell {
  static void SEMAFOOR_CALL ring(void* self) noexcept {
    auto* bell = static_cast<Bell*>(self);
    if (bell->on_ring) bell->on_ring();
    const std::lock_guard lock(bell->mutex);
    ++bell->rings;
    bell->changed.notify_all();
  }
  bool wait_for(int count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [&] { return rings >= count; });
  }
  std::function<void()> on_ring;
  std::mutex mutex;
  std::condition_variable changed;
  int rings = 0;
};

TEST_F(RuntimeWake, HintWakesTheSessionsOfItsKey) {
  Bell ours;
  Bell theirs;
  Client client(Client::Arguments{
      .path = path(), .wake = &Bell::ring, .wake_context = &ours, .watch_key = "0123"});
  Client other(Client::Arguments{
      .path = path(), .wake = &Bell::ring, .wake_context = &theirs, .watch_key = "9999"});
  ASSERT_TRUE(gateway_->wait_for_watchers(1));
  // Everybody once, when the stream is there: something may have been missed.
  ASSERT_TRUE(ours.wait_for(1));
  ASSERT_TRUE(theirs.wait_for(1));
  gateway_->hint("0123");
  gateway_->hint("9999");
  EXPECT_TRUE(ours.wait_for(2));
  EXPECT_TRUE(theirs.wait_for(2));
  EXPECT_EQ(ours.rings, 2);
}

TEST_F(RuntimeWake, NoWakeAfterStopAndTheWatcherGoesWithTheLast) {
  Bell bell;
  Client plain(path());
  Client client(Client::Arguments{
      .path = path(), .wake = &Bell::ring, .wake_context = &bell, .watch_key = "0123"});
  ASSERT_TRUE(gateway_->wait_for_watchers(1));
  ASSERT_TRUE(bell.wait_for(1));
  EXPECT_EQ(client.stop(), SEMAFOOR_OK);
  const int rings = bell.rings;
  EXPECT_TRUE(gateway_->wait_for_watchers(0));
  gateway_->hint("0123");
  EXPECT_EQ(plain.call("Echo", "a").body, "a");
  EXPECT_EQ(bell.rings, rings);
}

TEST_F(RuntimeWake, StopWaitsForAWakeThatRunsAndSaysWhenItTookTooLong) {
  Bell bell;
  std::promise<void> inside;
  std::promise<void> go_on;
  bell.on_ring = [&, first = true]() mutable {
    if (std::exchange(first, false)) {
      inside.set_value();
      go_on.get_future().wait();
    }
  };
  Client client(Client::Arguments{
      .path = path(), .wake = &Bell::ring, .wake_context = &bell, .watch_key = "0123"});
  inside.get_future().wait();
  EXPECT_EQ(client.stop(50), SEMAFOOR_DEADLINE_EXCEEDED);
  go_on.set_value();
  EXPECT_EQ(client.stop(), SEMAFOOR_OK);
}

TEST_F(RuntimeWake, CallFromInsideAWakeIsRefusedInsteadOfHanging) {
  Bell bell;
  Client client(Client::Arguments{
      .path = path(), .wake = &Bell::ring, .wake_context = &bell, .watch_key = "0123"});
  Client other(path());
  std::promise<semafoor_status> stopped;
  Bell second;
  second.on_ring = [&, first = true]() mutable {
    if (std::exchange(first, false)) stopped.set_value(other.stop());
  };
  Client watching(Client::Arguments{
      .path = path(), .wake = &Bell::ring, .wake_context = &second, .watch_key = "0123"});
  ASSERT_TRUE(bell.wait_for(1));
  gateway_->hint("0123");
  EXPECT_EQ(stopped.get_future().get(), SEMAFOOR_FAILED_PRECONDITION);
}

TEST_F(RuntimeWake, WatcherFindsTheGatewayAgain) {
  Bell bell;
  Client client(Client::Arguments{
      .path = path(), .wake = &Bell::ring, .wake_context = &bell, .watch_key = "0123"});
  ASSERT_TRUE(bell.wait_for(1));
  gateway_.reset();
  gateway_ = std::make_unique<TestGateway>(folder_.path);
  ASSERT_TRUE(gateway_->wait_for_watchers(1));
  EXPECT_TRUE(bell.wait_for(2));
}

}  // namespace
}  // namespace semafoor::runtime::testing
