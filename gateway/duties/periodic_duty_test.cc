// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/periodic_duty.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ctime>

#include "gateway/duties/duty_log.h"
#include "gateway/duties/test_store.h"
#include "gateway/os/local_time.h"

namespace semafoor::duties {
namespace {

class PeriodicDutyTest : public ::testing::Test {
 protected:
  PeriodicDutyTest() {
    store_.add_organisation();
    options_.name = "test.duty";
    options_.modules = {v1::MODULE_EBOX};
    options_.interval_ms = 100'000;
    options_.first_delay_ms = 10'000;
    options_.jitter = 0;
  }
  ~PeriodicDutyTest() override { duty_.reset(); }

  void start() {
    duty_ = std::make_unique<PeriodicDuty>(
        *store_, clock_, options_,
        [this](const store::Org& org, std::stop_token stop) {
          auto result = run_ ? run_(org, stop) : Result<void>();
          // Counted when it ends.
          ++runs_;
          return result;
        },
        [] { return 1.0; });
    duty_->start();
  }
  bool runs(int count) {
    return store_.wait_until([&] { return runs_ >= count; });
  }
  // Until the duty has noted its n-th run's result, and so waits again.
  bool settled(int count) {
    return runs(count) &&
           store_.wait_until([&] { return store_.duty("test.duty").has_last_attempt(); });
  }
  // Time passes until the next run; returns how much.
  std::int64_t time_to_next_run(std::int64_t step = 2'000) {
    const int before = runs_;
    const auto from = clock_.steady_ms();
    store_.wait_until([&] {
      if (runs_ > before) return true;
      clock_.advance(step);
      return false;
    });
    return clock_.steady_ms() - from;
  }

  ManualClock clock_;
  TestStore store_{clock_};
  PeriodicOptions options_;
  std::function<Result<void>(const store::Org&, std::stop_token)> run_;
  std::atomic<int> runs_{0};
  std::unique_ptr<PeriodicDuty> duty_;
};

TEST_F(PeriodicDutyTest, RunsAfterItsFirstDelayAndThenByInterval) {
  start();
  EXPECT_GE(time_to_next_run(), 10'000);
  EXPECT_GE(time_to_next_run(), 95'000);
  EXPECT_TRUE(store_.wait_until([&] { return store_.duty("test.duty").has_last_success(); }));
}

TEST_F(PeriodicDutyTest, TheIntervalGoesOnOverARestart) {
  start();
  time_to_next_run();
  ASSERT_TRUE(settled(1));
  clock_.advance(60'000);
  duty_.reset();
  start();
  const auto waited = time_to_next_run();
  EXPECT_GE(waited, 30'000);
  EXPECT_LE(waited, 50'000);

  ASSERT_TRUE(store_.wait_until(
      [&] { return store_.duty("test.duty").last_attempt().unix_ms() == clock_.now_ms(); }));
  duty_.reset();
  clock_.advance(150'000);
  start();
  EXPECT_TRUE(runs(3)) << "overdue: at once";
}

TEST_F(PeriodicDutyTest, ATriggerDoesNotWait) {
  start();
  duty_->trigger(kTestOrg);
  EXPECT_TRUE(runs(1));
}

TEST_F(PeriodicDutyTest, ATriggerDuringARunRunsOnceMore) {
  std::mutex mutex;
  std::condition_variable bell;
  bool open = false;
  std::atomic<int> begun{0};
  run_ = [&](const store::Org&, std::stop_token) -> Result<void> {
    ++begun;
    std::unique_lock lock(mutex);
    bell.wait(lock, [&] { return open; });
    return {};
  };
  start();
  duty_->trigger(kTestOrg);
  ASSERT_TRUE(store_.wait_until([&] { return begun == 1; }));
  duty_->trigger(kTestOrg);
  duty_->trigger(kTestOrg);
  EXPECT_EQ(begun, 1) << "one run per organisation at a time";
  {
    const std::scoped_lock guard(mutex);
    open = true;
  }
  bell.notify_all();
  EXPECT_TRUE(runs(2));
  EXPECT_EQ(runs_, 2);
}

TEST_F(PeriodicDutyTest, AFailureIsOnRecordAndItsSuccessClearsIt) {
  std::atomic<bool> fails{true};
  run_ = [&](const store::Org&, std::stop_token) -> Result<void> {
    if (!fails) return {};
    return Error{.kind = ErrorKind::unavailable,
                 .code = "upstream.refused",
                 .message = "No.",
                 .retryable = true};
  };
  start();
  duty_->trigger(kTestOrg);
  ASSERT_TRUE(
      store_.wait_until([&] { return store_.duty("test.duty").consecutive_failures() == 1; }));
  EXPECT_EQ(store_.duty("test.duty").problem(), "No. (upstream.refused)");
  fails = false;
  duty_->trigger(kTestOrg);
  ASSERT_TRUE(store_.wait_until([&] { return store_.duty("test.duty").has_last_success(); }));
  EXPECT_EQ(store_.duty("test.duty").problem(), "");
  EXPECT_EQ(store_.duty("test.duty").consecutive_failures(), 0);
}

TEST_F(PeriodicDutyTest, RetryAfterIsObeyedEvenWhenSomebodyAsks) {
  run_ = [&](const store::Org&, std::stop_token) -> Result<void> {
    if (runs_ > 0) return {};
    return Error{.kind = ErrorKind::resource_exhausted,
                 .code = "upstream.busy",
                 .retryable = true,
                 .retry_after_ms = 30'000};
  };
  start();
  duty_->trigger(kTestOrg);
  ASSERT_TRUE(settled(1));
  duty_->trigger(kTestOrg);
  EXPECT_GE(time_to_next_run(), 30'000);
}

TEST_F(PeriodicDutyTest, WhenAnAnswerIsAwaitedItLooksSoonAndOftenForAWhile) {
  start();
  duty_->trigger(kTestOrg);
  ASSERT_TRUE(settled(1));
  duty_->hasten(kTestOrg);
  const auto first = time_to_next_run(500);
  EXPECT_LE(first, 50'000);
  std::int64_t last = 0;
  for (int i = 0; i < 8; ++i) last = time_to_next_run();
  EXPECT_GE(last, 95'000) << "and then by interval again";
}

TEST_F(PeriodicDutyTest, AnOrganisationWithoutTheModuleIsLeftAlone) {
  options_.modules = {v1::MODULE_UNSPECIFIED};
  start();
  for (int i = 0; i < 100; ++i) clock_.advance(10'000);
  duty_->stop();
  EXPECT_EQ(runs_, 0);
}

TEST_F(PeriodicDutyTest, StopsWithinASecondWithARunInFlight) {
  std::mutex mutex;
  std::condition_variable_any bell;
  std::atomic<bool> begun{false};
  run_ = [&](const store::Org&, std::stop_token stop) -> Result<void> {
    std::unique_lock lock(mutex);
    begun = true;
    bell.wait(lock, stop, [] { return false; });
    return stopped_error("Testing");
  };
  start();
  duty_->trigger(kTestOrg);
  ASSERT_TRUE(store_.wait_until([&] { return begun.load(); }));
  const auto before = std::chrono::steady_clock::now();
  duty_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
  EXPECT_FALSE(store_.duty("test.duty").has_last_attempt()) << "our own stop is no failure";
}

TEST_F(PeriodicDutyTest, ARunWithNothingToDoIsNoFailureAndNoSuccess) {
  std::atomic<int> step{0};
  run_ = [&](const store::Org&, std::stop_token) -> Result<void> {
    if (step == 0) return {};
    if (step == 1) {
      return Error{
          .kind = ErrorKind::unavailable, .code = "x.y", .message = "m", .retryable = true};
    }
    return rest_error("it is away");
  };
  start();
  duty_->trigger(kTestOrg);
  ASSERT_TRUE(settled(1));
  ASSERT_TRUE(store_.wait_until([&] { return store_.duty("test.duty").has_last_success(); }));
  const auto success = store_.duty("test.duty").last_success().unix_ms();
  step = 1;
  clock_.advance(1'000);
  duty_->trigger(kTestOrg);
  ASSERT_TRUE(
      store_.wait_until([&] { return store_.duty("test.duty").consecutive_failures() > 0; }));
  step = 2;
  duty_->trigger(kTestOrg);
  ASSERT_TRUE(
      store_.wait_until([&] { return store_.duty("test.duty").consecutive_failures() == 0; }));
  EXPECT_EQ(store_.duty("test.duty").problem(), "");
  EXPECT_EQ(store_.duty("test.duty").last_success().unix_ms(), success);
  EXPECT_GE(time_to_next_run(), 95'000) << "by interval, not by back-off";
}

TEST_F(PeriodicDutyTest, ItTellsHowLongItIsHeld) {
  run_ = [](const store::Org&, std::stop_token) -> Result<void> {
    return Error{.kind = ErrorKind::unavailable,
                 .code = "x.y",
                 .message = "m",
                 .retryable = true,
                 .retry_after_ms = 60'000};
  };
  start();
  EXPECT_EQ(duty_->held_ms(kTestOrg), 0);
  duty_->trigger(kTestOrg);
  ASSERT_TRUE(store_.wait_until([&] { return duty_->held_ms(kTestOrg) >= 60'000; }));
  EXPECT_EQ(duty_->held_ms("0212344876"), 0);
}

class Nightly : public PeriodicDutyTest {
 protected:
  // The clock of these tests shows some hour of some day: the night is the hour after the next.
  Nightly() {
    const std::tm now = os::local_time(static_cast<std::time_t>(clock_.now_ms() / 1000));
    const int minutes = now.tm_hour * 60 + now.tm_min;
    options_.night = Night{(minutes + 60) % 1440, (minutes + 120) % 1440};
    options_.interval_ms = kDay;
    options_.first_delay_ms = 60'000;
  }
  static constexpr std::int64_t kHour = 3'600'000;
  static constexpr std::int64_t kDay = 24 * kHour;
  void ran(std::int64_t ago_ms) {
    store_.write([&](store::Transaction& tx) {
      return record_success(tx, kTestOrg, "test.duty", clock_.now_ms() - ago_ms);
    });
  }
};

TEST_F(Nightly, OneRunANight) {
  ran(23 * kHour);
  start();
  // The end of the night, because the random number is 1.
  const auto first = time_to_next_run(kHour / 4);
  EXPECT_GE(first, kHour);
  EXPECT_LE(first, 2 * kHour + kHour / 4);
  ASSERT_TRUE(settled(1));
  const auto second = time_to_next_run(kHour / 4);
  EXPECT_GE(second, kDay - kHour / 2);
  EXPECT_LE(second, kDay + kHour / 2);
}

TEST_F(Nightly, AMissedNightIsMadeUpFor) {
  ran(40 * kHour);
  start();
  EXPECT_LE(time_to_next_run(), 62'000);
}

TEST_F(Nightly, NowIsNow) {
  ran(kHour);
  start();
  duty_->trigger(kTestOrg);
  EXPECT_TRUE(runs(1));
}

}  // namespace
}  // namespace semafoor::duties
