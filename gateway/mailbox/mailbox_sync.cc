// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/mailbox_sync.h"

#include <utility>
#include <vector>

#include "gateway/domain/uuid.h"
#include "gateway/duties/periodic_duty.h"
#include "gateway/duties/task_pool.h"
#include "gateway/mailbox/fetcher.h"
#include "gateway/mailbox/lister.h"
#include "gateway/mailbox/operation_tracker.h"

namespace semafoor::mailbox {
namespace {

duties::PeriodicOptions listing_options(const SyncOptions& options) {
  duties::PeriodicOptions periodic;
  periodic.name = kSyncDuty;
  periodic.modules = {v1::MODULE_EBOX};
  periodic.interval_ms = options.interval_ms;
  periodic.first_delay_ms = options.first_delay_ms;
  periodic.jitter = options.jitter;
  periodic.threads = options.listers;
  periodic.backoff = options.backoff;
  return periodic;
}

duties::TaskPoolOptions fetching_options(const SyncOptions& options, store::Store& store,
                                         duties::Circuits& circuits) {
  duties::TaskPoolOptions pool;
  pool.kind = kFetchTask;
  pool.workers = options.downloaders;
  pool.prefetch = options.downloaders * 8;
  pool.lease_ms = options.lease_ms;
  pool.may_claim = [&store] { return store.headroom().admit_intake().ok(); };
  pool.circuits = &circuits;
  return pool;
}

}  // namespace

struct MailboxSync::State {
  store::Store& store;
  duties::Clock& clock;
  SyncOptions options;
  OperationTracker tracker;
  Lister lister;
  Fetcher fetcher;
  duties::PeriodicDuty listing;
  duties::TaskPool fetching;

  State(store::Store& its_store, const duties::EboxSource& ebox, const Families& families,
        duties::Clock& its_clock, SyncOptions its_options, const duties::Random& random)
      : store(its_store),
        clock(its_clock),
        options(std::move(its_options)),
        tracker(store, clock, options),
        lister(store, ebox, families, clock, options, tracker),
        fetcher(store, ebox, clock, options, tracker, random),
        listing(
            store, clock, listing_options(options),
            [this](const store::Org& org, const std::stop_token& stop) {
              return lister.run(org, stop);
            },
            random),
        fetching(store, clock, fetching_options(options, store, fetcher.circuits()),
                 [this](const store::Task& task, const std::stop_token& stop,
                        const duties::TaskPool::Release& release) {
                   fetcher.handle(task, stop, release);
                 }) {}

  // Synchronisations that were open when the gateway ended.
  void take_up() {
    std::vector<store::Org> open;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto organisations = reader.organisations();
      if (!organisations) return organisations.error();
      for (const auto& organisation : *organisations) {
        const auto& org = organisation.organisation().value();
        auto running = reader.running_operation(org, kSyncOperation);
        if (running && *running) open.push_back(org);
      }
      return {};
    });
    if (!read) return;
    for (const auto& org : open) listing.trigger(org);
  }
};

MailboxSync::MailboxSync(store::Store& store, const duties::EboxSource& ebox,
                         const Families& families, duties::Clock& clock, SyncOptions options,
                         const duties::Random& random)
    : state_(std::make_shared<State>(store, ebox, families, clock, std::move(options), random)) {}

MailboxSync::~MailboxSync() {
  stop();
}

void MailboxSync::start() {
  state_->fetching.start();
  state_->listing.start();
  state_->take_up();
}

void MailboxSync::stop() {
  state_->listing.stop();
  state_->fetching.stop();
}

Result<SyncStart> MailboxSync::synchronise(const store::Org& org) {
  if (auto admitted = state_->store.headroom().admit_intake(); !admitted) return admitted.error();
  SyncStart start;
  const auto stored = state_->store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    start = {};
    auto open = tx.running_operation(org, kSyncOperation);
    if (!open) return open.error();
    if (*open) {
      start = {(*open)->operation_id(), true};
      return {};
    }
    const auto now = state_->clock.now_ms();
    v1::Operation operation;
    operation.set_operation_id(domain::uuid_v7(now));
    operation.set_kind(kSyncOperation);
    operation.set_state(v1::OPERATION_STATE_RUNNING);
    operation.set_phase("listing");
    operation.mutable_started_at()->set_unix_ms(now);
    start.operation_id = operation.operation_id();
    return tx.put_operation(org, operation);
  });
  if (!stored) return stored.error();
  // An open one that nobody works on was left by a gateway that died.
  if (!start.joined || !state_->tracker.follows(org, start.operation_id))
    state_->listing.trigger(org);
  return start;
}

}  // namespace semafoor::mailbox
