// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/provider_lane.h"

namespace semafoor::mailbox {
namespace {

duties::PeriodicOptions listing_options(const SyncOptions& options, const LaneNames& names) {
  duties::PeriodicOptions periodic;
  periodic.name = names.sync_duty;
  periodic.modules = {v1::MODULE_EBOX};
  periodic.interval_ms = options.interval_ms;
  periodic.first_delay_ms = options.first_delay_ms;
  periodic.jitter = options.jitter;
  periodic.threads = options.listers;
  periodic.backoff = options.backoff;
  return periodic;
}

duties::TaskPoolOptions fetching_options(const SyncOptions& options, const LaneNames& names,
                                         store::Store& store, duties::Circuits& circuits) {
  duties::TaskPoolOptions pool;
  pool.kind = fetch_kind(names.provider);
  pool.workers = options.downloaders;
  pool.prefetch = options.downloaders * 8;
  pool.lease_ms = options.lease_ms;
  pool.may_claim = [&store] { return store.headroom().admit_intake().ok(); };
  pool.circuits = &circuits;
  return pool;
}

}  // namespace

ProviderLane::ProviderLane(const LaneGround& ground, const LaneNames& names,
                           const duties::EboxSource& ebox)
    : lister_(ground.store, ebox, ground.families, ground.clock, ground.options, ground.tracker,
              names),
      fetcher_(ground.store, ebox, ground.clock, ground.options, ground.tracker, names,
               ground.random),
      listing_(
          ground.store, ground.clock, listing_options(ground.options, names),
          [this](const store::Org& org, const std::stop_token& stop) {
            return lister_.run(org, stop);
          },
          ground.random),
      fetching_(ground.store, ground.clock,
                fetching_options(ground.options, names, ground.store, fetcher_.circuits()),
                [this](const store::Task& task, const std::stop_token& stop,
                       const duties::TaskPool::Release& release) {
                  fetcher_.handle(task, stop, release);
                }) {}

void ProviderLane::start() {
  fetching_.start();
  listing_.start();
}

void ProviderLane::stop() {
  listing_.stop();
  fetching_.stop();
}

}  // namespace semafoor::mailbox
