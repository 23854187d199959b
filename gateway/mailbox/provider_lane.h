// SPDX-License-Identifier: Apache-2.0
//
// Everything that serves one provider: who lists, who downloads, when, and how patiently. Each
// provider has a lane of its own, with its own threads, schedule and circuits, so that one that
// fails, hangs or asks for patience neither delays nor fails the others.
#pragma once

#include "gateway/duties/periodic_duty.h"
#include "gateway/duties/task_pool.h"
#include "gateway/mailbox/fetcher.h"
#include "gateway/mailbox/lane_names.h"
#include "gateway/mailbox/lister.h"
#include "gateway/mailbox/mailbox_sync.h"
#include "gateway/mailbox/operation_tracker.h"

namespace semafoor::mailbox {

// What all lanes share; outlives them.
struct LaneGround {
  store::Store& store;
  const Families& families;
  duties::Clock& clock;
  const SyncOptions& options;
  OperationTracker& tracker;
  duties::Random random;
};

class ProviderLane {
 public:
  ProviderLane(const LaneGround& ground, const LaneNames& names, const duties::EboxSource& ebox);

  void start();
  // Within a second. Idempotent.
  void stop();
  void trigger(const store::Org& org) { listing_.trigger(org); }
  std::int64_t held_ms(const store::Org& org) { return listing_.held_ms(org); }

 private:
  Lister lister_;
  Fetcher fetcher_;
  duties::PeriodicDuty listing_;
  duties::TaskPool fetching_;
};

}  // namespace semafoor::mailbox
