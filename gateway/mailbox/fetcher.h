// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <stop_token>
#include <string>

#include "gateway/duties/backoff.h"
#include "gateway/duties/circuits.h"
#include "gateway/duties/clients.h"
#include "gateway/duties/clock.h"
#include "gateway/duties/task_pool.h"
#include "gateway/mailbox/arrivals.h"
#include "gateway/mailbox/lane_names.h"
#include "gateway/mailbox/mailbox_sync.h"
#include "gateway/mailbox/operation_tracker.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

// Fetches one attachment of one provider: streams it into a blob, checks it, flushes it, and only
// then stores the row that names it.
class Fetcher {
 public:
  Fetcher(store::Store& store, duties::EboxSource ebox, duties::Clock& clock,
          const SyncOptions& options, OperationTracker& tracker, LaneNames names,
          duties::Random random);

  // Whose provider is left alone; for the pool.
  duties::Circuits& circuits() { return circuits_; }

  // Handler of the pool of downloaders; several threads.
  void handle(const store::Task& task, const std::stop_token& stop,
              const duties::TaskPool::Release& release);

 private:
  struct Target;
  using Release = duties::TaskPool::Release;

  void fetch(const store::Task& task, const std::stop_token& stop, const Release& release);
  Result<Target> target(const store::Task& task);
  Result<store::BlobRef> download(const store::Task& task, const Target& target,
                                  const std::stop_token& stop);
  void own_failure(const store::Task& task, const Error& error, const Release& release);
  void store_failure(const store::Task& task, const Target& target, const Error& error,
                     const Release& release);
  // The provider is not called for now: all of its tasks wait.
  void wait_for_provider(const store::Task& task, const Release& release);
  void put_back(const store::Task& task, std::int64_t delay_ms, const Release& release);
  void hold(const store::Task& task, const Target& target, const Release& release);
  void drop(const store::Task& task, const Release& release);

  store::Store& store_;
  duties::EboxSource ebox_;
  duties::Clock& clock_;
  const SyncOptions& options_;
  OperationTracker& tracker_;
  const LaneNames lane_;
  duties::Random random_;
  Arrivals arrivals_;

  // Held by the one download there is while the disk fills up.
  std::mutex slow_;
  duties::Circuits circuits_;
};

}  // namespace semafoor::mailbox
