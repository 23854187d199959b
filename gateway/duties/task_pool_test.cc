// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/task_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <set>
#include <stdexcept>

#include "gateway/duties/test_store.h"

namespace semafoor::duties {
namespace {

class TaskPoolTest : public ::testing::Test {
 protected:
  TaskPoolTest() { store_.add_organisation(); }
  ~TaskPoolTest() override { pool_.reset(); }

  void enqueue(const std::string& key) {
    store::Task task;
    task.org = kTestOrg;
    task.kind = "test";
    task.key = key;
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto queued = tx.enqueue(task);
      return queued ? Result<void>() : Result<void>(queued.error());
    });
  }
  void start(TaskPool::Handler handler, Circuits* circuits = nullptr) {
    TaskPoolOptions options;
    options.kind = "test";
    options.workers = 3;
    options.prefetch = 8;
    options.circuits = circuits;
    pool_ = std::make_unique<TaskPool>(*store_, clock_, options, std::move(handler));
    pool_->start();
  }
  void complete(const store::Task& task, const TaskPool::Release& release) {
    store_->write([task](store::Transaction& tx) { return tx.complete(task); },
                  [this, release](const Result<void>& ended) {
                    if (ended) ++completed_;
                    release(ended, -1);
                  });
  }

  ManualClock clock_;
  TestStore store_{clock_};
  std::atomic<int> completed_{0};
  std::unique_ptr<TaskPool> pool_;
};

TEST_F(TaskPoolTest, EveryTaskIsWorkedOffOnce) {
  for (int i = 0; i < 50; ++i) enqueue("before-" + std::to_string(i));
  std::mutex mutex;
  std::multiset<std::string> seen;
  start([&](const store::Task& task, std::stop_token, TaskPool::Release release) {
    {
      const std::scoped_lock guard(mutex);
      seen.insert(task.key);
    }
    complete(task, release);
  });
  for (int i = 0; i < 50; ++i) enqueue("after-" + std::to_string(i));
  ASSERT_TRUE(store_.wait_until([&] { return completed_ == 100; }));
  const std::scoped_lock guard(mutex);
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_EQ((std::set<std::string>(seen.begin(), seen.end()).size()), 100U);
}

TEST_F(TaskPoolTest, ARetryComesWhenItsTimeHasCome) {
  std::atomic<int> tries{0};
  start([&](const store::Task& task, std::stop_token, TaskPool::Release release) {
    if (++tries > 1) return complete(task, release);
    store_->write([task, at = clock_.now_ms() + 3'000](
                      store::Transaction& tx) { return tx.retry(task, at, "later"); },
                  [release](const Result<void>& stored) { release(stored, 3'000); });
  });
  enqueue("one");
  ASSERT_TRUE(store_.wait_until([&] { return tries == 1; }));
  ASSERT_TRUE(store_.wait_until([&] {
    clock_.advance(100);
    return completed_ == 1;
  }));
  EXPECT_EQ(tries, 2);
}

TEST_F(TaskPoolTest, AnUpstreamThatFailsIsTriedByOneAndThenServesAll) {
  constexpr int kTasks = 40;
  for (int i = 0; i < kTasks; ++i) enqueue(std::to_string(i));
  Circuits circuits(clock_, {}, [] { return 1.0; });
  std::atomic<bool> down{true};
  std::atomic<int> tries{0};
  start(
      [&](const store::Task& task, std::stop_token, TaskPool::Release release) {
        ++tries;
        if (!down) {
          circuits.answered(task.org);
          return complete(task, release);
        }
        circuits.failed(task.org, {.kind = ErrorKind::unavailable,
                                   .code = "upstream.unavailable",
                                   .retryable = true,
                                   .upstream_status = 503});
        store_->write([task, at = clock_.now_ms() + 100](
                          store::Transaction& tx) { return tx.retry(task, at, "down"); },
                      [release](const Result<void>& stored) { release(stored, 100); });
      },
      &circuits);
  // Three workers: each may have begun one before the third failure was known.
  ASSERT_TRUE(store_.wait_until([&] { return circuits.rests(kTestOrg); }));
  const int most_before = 5;
  for (const int rest : {1'000, 2'000, 4'000}) {
    const int before = tries;
    EXPECT_LE(before, most_before + 3);
    ASSERT_TRUE(store_.wait_until([&] {
      clock_.advance(rest);
      return tries > before && circuits.rests(kTestOrg);
    }));
  }
  EXPECT_LE(tries, most_before + 12) << "one try a rest, not one a task";
  down = false;
  ASSERT_TRUE(store_.wait_until([&] {
    clock_.advance(1'000);
    return completed_ == kTasks;
  }));
  pool_.reset();
}

TEST_F(TaskPoolTest, AHandlerThatThrowsNeitherLosesItsTaskNorStopsTheOthers) {
  std::atomic<int> throws{0};
  start([&](const store::Task& task, std::stop_token, TaskPool::Release release) {
    if (task.key == "bad" && ++throws == 1) throw std::runtime_error("bad day");
    complete(task, release);
  });
  enqueue("bad");
  enqueue("good");
  ASSERT_TRUE(store_.wait_until([&] { return completed_ == 1; }));
  ASSERT_TRUE(store_.wait_until([&] {
    clock_.advance(1'000);
    return completed_ == 2;
  }));
}

TEST_F(TaskPoolTest, AClockThatJumpsGivesNobodyATaskTwice) {
  std::mutex mutex;
  std::condition_variable bell;
  bool open = false;
  std::atomic<int> begun{0};
  start([&](const store::Task& task, std::stop_token, TaskPool::Release release) {
    ++begun;
    std::unique_lock lock(mutex);
    bell.wait(lock, [&] { return open || task.key == "next"; });
    complete(task, release);
  });
  enqueue("slow");
  ASSERT_TRUE(store_.wait_until([&] { return begun == 1; }));
  clock_.jump(86'400'000);
  enqueue("next");
  ASSERT_TRUE(store_.wait_until([&] { return completed_ == 1; }));
  EXPECT_EQ(begun, 2);
  {
    const std::scoped_lock guard(mutex);
    open = true;
    bell.notify_all();
  }
  ASSERT_TRUE(store_.wait_until([&] { return completed_ == 2; })) << "its end was refused";
  EXPECT_EQ(begun, 2);
}

TEST_F(TaskPoolTest, AnEndThatCouldNotBeStoredIsMadeUpForOnceTheStoreWorks) {
  std::atomic<int> tries{0};
  start([&](const store::Task& task, std::stop_token, TaskPool::Release release) {
    if (++tries > 1) return complete(task, release);
    // As a full disk answers.
    release(Error{.kind = ErrorKind::resource_exhausted, .code = "store.disk_full"}, -1);
  });
  enqueue("one");
  ASSERT_TRUE(store_.wait_until([&] { return tries == 1; }));
  const auto before = clock_.steady_ms();
  ASSERT_TRUE(store_.wait_until([&] {
    clock_.advance(100);
    return completed_ == 1;
  }));
  EXPECT_LE(clock_.steady_ms() - before, 10'000) << "it waited for its lease to run out";
  EXPECT_EQ(tries, 2);
}

TEST_F(TaskPoolTest, NothingIsClaimedWhileItMayNot) {
  std::atomic<bool> open{false};
  std::atomic<int> asked{0};
  TaskPoolOptions options;
  options.kind = "test";
  options.may_claim = [&] {
    ++asked;
    return open.load();
  };
  pool_ = std::make_unique<TaskPool>(
      *store_, clock_, options,
      [&](const store::Task& task, const std::stop_token&, const TaskPool::Release& release) {
        complete(task, release);
      });
  enqueue("one");
  pool_->start();
  ASSERT_TRUE(store_.wait_until([&] {
    clock_.advance(100);
    return asked >= 3;
  }));
  EXPECT_EQ(completed_, 0);
  open = true;
  ASSERT_TRUE(store_.wait_until([&] {
    clock_.advance(100);
    return completed_ == 1;
  }));
}

TEST_F(TaskPoolTest, ALeaseIsRenewedWhileItsWorkLasts) {
  std::mutex mutex;
  std::condition_variable bell;
  bool open = false;
  std::atomic<int> begun{0};
  start([&](const store::Task& task, std::stop_token, TaskPool::Release release) {
    ++begun;
    std::unique_lock lock(mutex);
    bell.wait(lock, [&] { return open; });
    complete(task, release);
  });
  enqueue("slow");
  ASSERT_TRUE(store_.wait_until([&] { return begun == 1; }));
  // Ten leases' time passes, a third of one at a time; after each the pool has looked at its
  // leases, and somebody else tries to take over.
  for (int i = 0; i < 30; ++i) {
    const int looked = clock_.waits();
    clock_.advance(7'000);
    ASSERT_TRUE(store_.wait_until([&] { return clock_.waits() > looked; }));
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto stolen = tx.claim({"test"}, "thief", 1'000, 1);
      if (!stolen) return stolen.error();
      EXPECT_TRUE(stolen->empty()) << "after " << (i + 1) * 7 << " s";
      return {};
    });
  }
  {
    const std::scoped_lock guard(mutex);
    open = true;
  }
  bell.notify_all();
  EXPECT_TRUE(store_.wait_until([&] { return completed_ == 1; }));
}

TEST_F(TaskPoolTest, StoppingGivesBackWhatWasNotBegun) {
  for (int i = 0; i < 20; ++i) enqueue(std::to_string(i));
  std::mutex mutex;
  std::condition_variable_any bell;
  std::atomic<int> begun{0};
  start([&](const store::Task& task, std::stop_token stop, TaskPool::Release release) {
    ++begun;
    std::unique_lock lock(mutex);
    bell.wait(lock, stop, [] { return false; });
    store_->write([task](store::Transaction& tx) { return tx.retry(task, 0, ""); },
                  [release](const Result<void>& stored) { release(stored, 0); });
  });
  ASSERT_TRUE(store_.wait_until([&] { return begun == 3; }));
  const auto before = std::chrono::steady_clock::now();
  pool_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
  std::size_t free = 0;
  store_.write([&](store::Transaction& tx) -> Result<void> {
    auto tasks = tx.claim({"test"}, "next", 1'000, 100);
    if (!tasks) return tasks.error();
    free = tasks->size();
    return {};
  });
  EXPECT_EQ(free, 20U);
}

}  // namespace
}  // namespace semafoor::duties
