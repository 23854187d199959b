// SPDX-License-Identifier: Apache-2.0
//
// Works off leased tasks of one kind with a bounded number of threads (architecture, decision 7).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/duties/circuits.h"
#include "gateway/duties/clock.h"
#include "gateway/store/store.h"

namespace semafoor::duties {

struct TaskPoolOptions {
  std::string kind;
  int workers = 8;
  // Tasks claimed ahead of the workers, so that one claim's commit serves many.
  int prefetch = 32;
  // A dead gateway's tasks are taken over after this; while one lives it renews them every third of
  // it.
  std::int64_t lease_ms = 12'000;
  // How often to look for tasks nobody told us about.
  std::int64_t poll_ms = 2'000;
  // Asked before each claim; false: not now, and no attempt is counted.
  std::function<bool()> may_claim = [] { return true; };
  // Whose upstream is left alone; null: nobody's. Outlives the pool. The handler tells it how each
  // exchange ended.
  Circuits* circuits = nullptr;
};

class TaskPool {
 public:
  // Ends the handler's interest in a task: call it exactly once, with the answer to the transaction
  // that held complete() or retry(). `due_in_ms` >= 0: a retry was stored, look again after that
  // time. When the end could not be stored, as on a full disk, the pool puts the task back as soon
  // as the store works again; what the handler did before is found there as if it had died.
  using Release = std::function<void(const Result<void>& stored, std::int64_t due_in_ms)>;
  // Called on a worker thread. It stores the outcome itself: the task's end belongs in the
  // transaction of the work.
  using Handler =
      std::function<void(const store::Task& task, std::stop_token stop, Release release)>;

  // Store and clock outlive the pool.
  TaskPool(store::Store& store, Clock& clock, TaskPoolOptions options, Handler handler);
  ~TaskPool();
  TaskPool(const TaskPool&) = delete;
  TaskPool& operator=(const TaskPool&) = delete;

  void start();
  // Gives claimed but unstarted tasks back, asks the running ones to end, waits until all are
  // released. Idempotent.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace semafoor::duties
