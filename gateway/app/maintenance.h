// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "gateway/audit/recorder.h"
#include "gateway/audit/refusals.h"
#include "gateway/duties/clock.h"
#include "gateway/rpc/journal.h"
#include "gateway/store/store.h"

namespace semafoor::app {

struct MaintenanceOptions {
  std::int64_t first_delay_ms = 600'000;
  std::int64_t interval_ms = 3'600'000;
  // How often what the audit holds back is looked at.
  std::int64_t audit_interval_ms = 60'000;
  // Of events nobody has acknowledged, and of consumers nobody has seen (semantics, Events).
  std::int64_t keep_events_ms = 90LL * 24 * 3'600'000;
};

// Keeps the store tidy: drops events that are no longer needed and files that belong to nothing.
// And the audit complete: what it holds back is written when its time has come, also when nobody
// calls. One thread. What it is given outlives the object.
class Maintenance {
 public:
  Maintenance(store::Store& store, duties::Clock& clock, rpc::Journal& journal,
              audit::Recorder& recorder, audit::Refusals& refusals,
              MaintenanceOptions options = {});
  void start();
  // Ends a run between two steps. Idempotent.
  void stop();
  // What the thread does each hour.
  void run_once();
  // What it does each minute: tries again readings that could not be recorded, and records the
  // refusals of the minutes that are over.
  void complete_audit();

 private:
  void run(const std::stop_token& stop);

  store::Store& store_;
  duties::Clock& clock_;
  rpc::Journal& journal_;
  audit::Recorder& recorder_;
  audit::Refusals& refusals_;
  MaintenanceOptions options_;
  std::mutex mutex_;
  std::condition_variable_any bell_;
  std::jthread thread_;
};

}  // namespace semafoor::app
