// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "gateway/duties/clock.h"
#include "gateway/rpc/journal.h"
#include "gateway/store/store.h"

namespace semafoor::app {

struct MaintenanceOptions {
  std::int64_t first_delay_ms = 600'000;
  std::int64_t interval_ms = 3'600'000;
  // Of events nobody has acknowledged, and of consumers nobody has seen (semantics, Events).
  std::int64_t keep_events_ms = 90LL * 24 * 3'600'000;
};

// Keeps the store tidy: drops events that are no longer needed and files that belong to nothing.
// One thread. Store, clock and journal outlive the object.
class Maintenance {
 public:
  Maintenance(store::Store& store, duties::Clock& clock, rpc::Journal& journal,
              MaintenanceOptions options = {});
  void start();
  // Ends a run between two steps. Idempotent.
  void stop();
  // What the thread does each time.
  void run_once();

 private:
  void run(const std::stop_token& stop);

  store::Store& store_;
  duties::Clock& clock_;
  rpc::Journal& journal_;
  MaintenanceOptions options_;
  std::mutex mutex_;
  std::condition_variable_any bell_;
  std::jthread thread_;
};

}  // namespace semafoor::app
