// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/task_pool.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <map>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace semafoor::duties {
namespace {

// Between two tries to put back what could not be ended.
constexpr std::int64_t kBetweenTries = 1'000;
constexpr char kOwnTask[] = "duties.own_task";

std::string new_owner(const std::string& kind) {
  std::random_device source;
  return kind + "-" + std::to_string(source()) + std::to_string(source());
}

}  // namespace

struct TaskPool::State : std::enable_shared_from_this<TaskPool::State> {
  store::Store& store;
  Clock& clock;
  const TaskPoolOptions options;
  const Handler handler;
  const std::string owner;

  std::mutex mutex;
  // The dispatcher, the workers and stop() each wait for something else.
  std::condition_variable_any dispatcher_bell;
  std::condition_variable_any worker_bell;
  std::condition_variable_any idle_bell;
  std::uint64_t changes = 0;
  // There may be claimable tasks now.
  bool hinted = true;
  std::int64_t look_again = Clock::kNever;
  std::deque<store::Task> queue;
  // Claimed and not released: their leases are renewed.
  std::map<std::int64_t, store::Task> held;
  // Handled, and their end is not stored.
  std::deque<store::Task> stranded;
  std::int64_t next_rescue = Clock::kNever;
  std::stop_source stop;
  std::vector<std::thread> threads;

  State(store::Store& its_store, Clock& its_clock, TaskPoolOptions its_options, Handler its_handler)
      : store(its_store),
        clock(its_clock),
        options(std::move(its_options)),
        handler(std::move(its_handler)),
        owner(new_owner(options.kind)) {}

  void hint() {
    const std::scoped_lock guard(mutex);
    hinted = true;
    ++changes;
    dispatcher_bell.notify_all();
  }

  void dispatch() {
    std::unique_lock lock(mutex);
    auto next_poll = clock.steady_ms();
    auto next_renewal = clock.steady_ms() + options.lease_ms / 3;
    const auto low_water = static_cast<std::size_t>(std::max(1, options.prefetch / 2));
    while (!stop.stop_requested()) {
      const auto now = clock.steady_ms();
      if (now >= next_renewal) {
        next_renewal = now + options.lease_ms / 3;
        renew(lock);
        continue;
      }
      if (now >= next_rescue) {
        rescue(lock);
        continue;
      }
      if (now >= next_poll || now >= look_again) hinted = true;
      if (hinted && queue.size() < low_water) {
        next_poll = now + options.poll_ms;
        if (now >= look_again) look_again = Clock::kNever;
        claim(lock);
        continue;
      }
      const auto seen = changes;
      if (options.circuits != nullptr)
        look_again = std::min(look_again, options.circuits->next_change());
      // With a full queue only a worker's taking matters, and that is a change too.
      const auto deadline = hinted ? next_renewal : std::min({next_renewal, next_poll, look_again});
      clock.wait(lock, dispatcher_bell, stop.get_token(), std::min(deadline, next_rescue),
                 [&] { return changes != seen; });
    }
  }

  void claim(std::unique_lock<std::mutex>& lock) {
    const int wanted = options.prefetch - static_cast<int>(queue.size());
    // Before the claim: a notice that comes while it runs must not be lost.
    hinted = false;
    const auto limits = claim_limits();
    lock.unlock();
    if (!options.may_claim()) {
      lock.lock();
      return;
    }
    auto tasks = std::make_shared<std::vector<store::Task>>();
    auto claimed = store.write_and_wait(
        [&](store::Transaction& tx) { return claim_others(tx, wanted, limits, *tasks); });
    // A commit that took long, or a clock that jumped, ended leases of ours.
    if (!claimed && claimed.error().code == kOwnTask) {
      claimed = store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
        for (const auto& task : own_tasks()) (void)tx.extend(task, options.lease_ms);
        return claim_others(tx, wanted, limits, *tasks);
      });
    }
    lock.lock();
    if (!claimed) return;
    for (auto& task : *tasks) {
      held.insert_or_assign(task.id, task);
      queue.push_back(std::move(task));
    }
    if (static_cast<int>(tasks->size()) == wanted) hinted = true;
    worker_bell.notify_all();
  }

  store::Transaction::ClaimLimits claim_limits() {
    if (options.circuits == nullptr) return {};
    std::map<store::Org, int> busy;
    for (const auto& [id, task] : held) ++busy[task.org];
    return options.circuits->limits(busy);
  }

  // Who claimed what he holds would lose it to himself, and two of his workers would do it.
  Result<void> claim_others(store::Transaction& tx, int wanted,
                            const store::Transaction::ClaimLimits& limits,
                            std::vector<store::Task>& tasks) {
    auto found = tx.claim({options.kind}, owner, options.lease_ms, wanted, limits);
    if (!found) return found.error();
    tasks = std::move(*found);
    const std::scoped_lock guard(mutex);
    if (std::ranges::any_of(tasks, [&](const auto& task) { return held.contains(task.id); }))
      return Error{.kind = ErrorKind::aborted,
                   .code = kOwnTask,
                   .message = "Claimed tasks: one of them is being worked on here."};
    return {};
  }

  std::vector<store::Task> own_tasks() {
    const std::scoped_lock guard(mutex);
    std::vector<store::Task> mine;
    mine.reserve(held.size());
    for (const auto& [id, task] : held) mine.push_back(task);
    return mine;
  }

  // One at a time, the oldest first: the disk that refused it may still be full.
  void rescue(std::unique_lock<std::mutex>& lock) {
    if (stranded.empty()) {
      next_rescue = Clock::kNever;
      return;
    }
    const store::Task task = stranded.front();
    lock.unlock();
    const auto back = store.write_and_wait(
        [&](store::Transaction& tx) { return tx.postpone(task, clock.now_ms()); });
    lock.lock();
    // Lost to another: his now.
    if (!back && back.error().code != "task.lease_lost") {
      next_rescue = clock.steady_ms() + kBetweenTries;
      return;
    }
    stranded.pop_front();
    held.erase(task.id);
    hinted = true;
  }

  // A renewal that fails needs no answer: the task's own end will be refused by its fencing token.
  void renew(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    auto mine = own_tasks();
    if (!mine.empty()) {
      store.write(
          [mine = std::move(mine),
           lease = options.lease_ms](store::Transaction& tx) -> Result<void> {
            for (const auto& task : mine) (void)tx.extend(task, lease);
            return {};
          },
          [](const Result<void>&) {});
    }
    lock.lock();
  }

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      worker_bell.wait(lock, stop.get_token(), [&] { return !queue.empty(); });
      if (stop.stop_requested()) return;
      const store::Task task = std::move(queue.front());
      queue.pop_front();
      ++changes;
      dispatcher_bell.notify_all();
      lock.unlock();
      if (options.circuits != nullptr && options.circuits->rests(task.org)) {
        put_back(task);
      } else {
        handle(task);
      }
      lock.lock();
    }
  }

  // Claimed, and not begun.
  void put_back(const store::Task& task) {
    store.write(
        [task, now = clock.now_ms()](store::Transaction& tx) { return tx.postpone(task, now); },
        [self = shared_from_this(), task](const Result<void>& stored) {
          self->release(task, stored, -1);
        });
  }

  void handle(const store::Task& task) {
    auto released = std::make_shared<std::atomic<bool>>(false);
    Release release = [self = shared_from_this(), task, released](const Result<void>& stored,
                                                                  std::int64_t due_in_ms) {
      if (!released->exchange(true)) self->release(task, stored, due_in_ms);
    };
    std::string problem;
    try {
      handler(task, stop.get_token(), release);
      return;
    } catch (const std::exception& failure) {
      problem = failure.what();
    }
    // A handler that failed unexpectedly must neither lose the task nor spin on it.
    constexpr std::int64_t kPause = 60'000;
    store.write(
        [task, problem, at = clock.now_ms() + kPause](store::Transaction& tx) {
          return tx.retry(task, at, "failed unexpectedly: " + problem);
        },
        [release](const Result<void>& stored) { release(stored, kPause); });
  }

  void release(const store::Task& task, const Result<void>& stored, std::int64_t due_in_ms) {
    const std::scoped_lock guard(mutex);
    // A pool that stops leaves it to the lease: nobody would wait for the disk.
    if (!stored && stored.error().code != "task.lease_lost" && !stop.stop_requested()) {
      stranded.push_back(task);
      next_rescue = std::min(next_rescue, clock.steady_ms() + kBetweenTries);
      ++changes;
      dispatcher_bell.notify_all();
      return;
    }
    held.erase(task.id);
    if (due_in_ms >= 0) look_again = std::min(look_again, clock.steady_ms() + due_in_ms);
    ++changes;
    dispatcher_bell.notify_all();
    if (held.empty()) idle_bell.notify_all();
  }

  void give_back() {
    std::deque<store::Task> unstarted;
    {
      const std::scoped_lock guard(mutex);
      unstarted.swap(queue);
    }
    for (const auto& task : unstarted) put_back(task);
    const std::scoped_lock guard(mutex);
    for (const auto& task : stranded) held.erase(task.id);
    stranded.clear();
  }
};

TaskPool::TaskPool(store::Store& store, Clock& clock, TaskPoolOptions options, Handler handler)
    : state_(std::make_shared<State>(store, clock, std::move(options), std::move(handler))) {}

TaskPool::~TaskPool() {
  stop();
}

void TaskPool::start() {
  // There is no way to leave the store's list of listeners: the pool may be gone when it is called.
  state_->store.on_commit([weak = std::weak_ptr(state_)](const store::CommitNotice& notice) {
    if (!notice.tasks) return;
    if (const auto state = weak.lock()) state->hint();
  });
  if (state_->options.circuits != nullptr) {
    state_->options.circuits->on_close([weak = std::weak_ptr(state_)] {
      if (const auto state = weak.lock()) state->hint();
    });
  }
  state_->threads.emplace_back([state = state_.get()] { state->dispatch(); });
  for (int i = 0; i < state_->options.workers; ++i) {
    state_->threads.emplace_back([state = state_.get()] { state->work(); });
  }
}

void TaskPool::stop() {
  state_->stop.request_stop();
  for (auto& thread : state_->threads) thread.join();
  state_->threads.clear();
  state_->give_back();
  std::unique_lock lock(state_->mutex);
  state_->idle_bell.wait(lock, [&] { return state_->held.empty(); });
}

}  // namespace semafoor::duties
