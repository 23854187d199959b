// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/mailbox_sync.h"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/domain/uuid.h"
#include "gateway/duties/duty_log.h"
#include "gateway/duties/periodic_duty.h"
#include "gateway/mailbox/operation_tracker.h"
#include "gateway/mailbox/provider_lane.h"

namespace semafoor::mailbox {
namespace {

duties::PeriodicOptions registry_options(const SyncOptions& options) {
  duties::PeriodicOptions periodic;
  periodic.name = kRegistryDuty;
  periodic.modules = {v1::MODULE_EBOX};
  periodic.interval_ms = options.registry_interval_ms;
  periodic.first_delay_ms = options.first_delay_ms;
  periodic.jitter = options.jitter;
  periodic.threads = 1;
  periodic.backoff = options.backoff;
  return periodic;
}

store::AuditEntry entry_of(const domain::Act& act, const SyncStart& start) {
  return {.what = kSyncOperation,
          .act = act,
          .subject_kind = "operation",
          .subject_id = start.operation_id,
          .detail = start.joined ? "ran already" : ""};
}

}  // namespace

struct MailboxSync::State {
  store::Store& store;
  const Families& families;
  duties::Clock& clock;
  const SyncOptions options;
  const duties::Random random;
  Providers providers;
  OperationTracker tracker;

  // Lanes come with the registry and stay until the end: one whose provider is gone rests.
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<ProviderLane>> lanes;
  bool running = false;
  duties::PeriodicDuty registry;

  State(store::Store& its_store, EboxSources sources, const Families& its_families,
        duties::Clock& its_clock, SyncOptions its_options, duties::Random its_random)
      : store(its_store),
        families(its_families),
        clock(its_clock),
        options(std::move(its_options)),
        random(std::move(its_random)),
        providers(store, clock, std::move(sources),
                  {options.provider_id, options.provider_url, options.dialect3}),
        tracker(
            store, clock, options,
            [this](store::Reader& reader, const store::Org& org) { return parts(reader, org); }),
        registry(
            store, clock, registry_options(options),
            [this](const store::Org& org, const std::stop_token& stop) {
              return read_registry(org, stop);
            },
            random) {}

  Result<std::vector<std::string>> parts(store::Reader& reader, const store::Org& org) const {
    auto parts = providers.ids(reader, org);
    if (parts && providers.has_registry()) parts->emplace_back(OperationTracker::kRegistryPart);
    return parts;
  }

  ProviderLane& lane(const std::string& provider) {
    const std::scoped_lock guard(mutex);
    auto& lane = lanes[provider];
    if (!lane) {
      const LaneGround ground{store, families, clock, options, tracker, random};
      lane = std::make_unique<ProviderLane>(
          ground, names_of(provider, providers.has_registry()),
          [this, provider](const store::Org& org) { return providers.client(org, provider); });
      if (running) lane->start();
    }
    return *lane;
  }

  // Each organisation reads the registry under its own token, and keeps its own: one that may not
  // read it says so, and the others are none the worse.
  Result<void> read_registry(const store::Org& org, const std::stop_token& stop) {
    const std::string part = OperationTracker::kRegistryPart;
    if (auto attached = tracker.attach(org, &part); !attached) return attached.error();
    std::set<std::string> known;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto ids = providers.ids(reader, org);
      if (!ids) return ids.error();
      known.insert(ids->begin(), ids->end());
      return {};
    });
    if (!read) return read.error();
    auto fresh = providers.refresh(org, stop);
    if (!fresh) {
      if (duties::is_cancelled(fresh.error())) return fresh.error();
      if (known.empty() && !options.provider_url.empty()) {
        auto& its = lane(options.provider_id);
        tracker.add_part(org, options.provider_id);
        its.trigger(org);
      }
      tracker.listing_done(org, part,
                           "The registry of providers was not read (" +
                               duties::problem_text(fresh.error()) +
                               "); the providers known so far are used.");
      return fresh.error();
    }
    for (const auto& one : fresh->providers) {
      if (known.contains(one.id)) continue;
      auto& its = lane(one.id);
      tracker.add_part(org, one.id);
      its.trigger(org);
    }
    if (auto rested = rest_others(org); !rested) return rested;
    std::string problem;
    for (const auto& one : fresh->rejected) {
      problem += (problem.empty() ? "" : " ") + std::string("The registry's provider ") + one.id +
                 " is not called: " + one.reason + ".";
    }
    tracker.listing_done(org, part, problem);
    return {};
  }

  // What failed about a provider that is served no more would look like trouble for ever.
  Result<void> rest_others(const store::Org& org) {
    return store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      std::set<std::string> served{kSyncDuty};
      if (providers.has_registry()) served.insert(kRegistryDuty);
      auto ids = providers.ids(tx, org);
      if (!ids) return ids.error();
      for (const auto& id : *ids) {
        const auto names = names_of(id, providers.has_registry());
        served.insert({names.sync_duty, names.fetch_duty});
      }
      auto duties = tx.duties(org);
      if (!duties) return duties.error();
      for (const auto& duty : *duties) {
        const auto& name = duty.name();
        const bool ours =
            name.starts_with(kSyncDuty) || name.starts_with(kFetchDuty) || name == kRegistryDuty;
        if (!ours || served.contains(name)) continue;
        if (auto rested = duties::record_rest(tx, org, duty.name()); !rested) return rested;
      }
      return {};
    });
  }

  // Everything that an operation of the organisation needs, now.
  void begin(const store::Org& org) {
    if (auto attached = tracker.attach(org); !attached) return;
    std::vector<std::string> ids;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto found = providers.ids(reader, org);
      if (!found) return found.error();
      ids = std::move(*found);
      return {};
    });
    if (!read) return;
    for (const auto& id : ids) {
      auto& its = lane(id);
      its.trigger(org);
      if (const auto held = its.held_ms(org); held > options.longest_wait_ms) {
        tracker.give_up(org, id,
                        "Provider " + id + " asked to be left alone for " +
                            std::to_string((held + 999) / 1000) + " s more.");
      }
    }
    if (providers.has_registry()) registry.trigger(org);
  }

  // Lanes of all that is known, and the synchronisations that were open when the gateway ended.
  void take_up() {
    std::vector<store::Org> all;
    std::vector<store::Org> open;
    std::set<std::string> known;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto organisations = reader.organisations();
      if (!organisations) return organisations.error();
      for (const auto& organisation : *organisations) {
        const auto& org = organisation.organisation().value();
        all.push_back(org);
        auto ids = providers.ids(reader, org);
        if (!ids) return ids.error();
        known.insert(ids->begin(), ids->end());
        auto running_one = reader.running_operation(org, kSyncOperation);
        if (running_one && *running_one) open.push_back(org);
      }
      return {};
    });
    if (!providers.has_registry()) known.insert(options.provider_id);
    for (const auto& id : known) (void)lane(id);
    if (!read) return;
    // Told again by the next registry when it could not be stored.
    for (const auto& org : all) (void)rest_others(org);
    for (const auto& org : open) begin(org);
  }
};

MailboxSync::MailboxSync(store::Store& store, const duties::EboxSource& ebox,
                         const Families& families, duties::Clock& clock, SyncOptions options,
                         const duties::Random& random)
    : MailboxSync(store, EboxSources{ebox, nullptr, nullptr}, families, clock, std::move(options),
                  random) {}

MailboxSync::MailboxSync(store::Store& store, EboxSources sources, const Families& families,
                         duties::Clock& clock, SyncOptions options, const duties::Random& random)
    : state_(std::make_shared<State>(store, std::move(sources), families, clock, std::move(options),
                                     random)) {}

MailboxSync::~MailboxSync() {
  stop();
}

void MailboxSync::start() {
  {
    const std::scoped_lock guard(state_->mutex);
    state_->running = true;
  }
  state_->take_up();
  if (state_->providers.has_registry()) state_->registry.start();
}

void MailboxSync::stop() {
  // First: it makes lanes.
  state_->registry.stop();
  std::vector<ProviderLane*> lanes;
  {
    const std::scoped_lock guard(state_->mutex);
    state_->running = false;
    for (const auto& [provider, lane] : state_->lanes) lanes.push_back(lane.get());
  }
  // At the same time: each may need most of the second there is.
  std::vector<std::jthread> stopping;
  stopping.reserve(lanes.size());
  for (auto* const lane : lanes) stopping.emplace_back([lane] { lane->stop(); });
}

void MailboxSync::expect(const store::Org& org, const std::string& provider, int attachments) {
  state_->tracker.expect(org, provider, attachments);
}

Result<SyncStart> MailboxSync::synchronise(const store::Org& org, const domain::Act& act) {
  if (auto admitted = state_->store.headroom().admit_intake(); !admitted) return admitted.error();
  SyncStart start;
  const auto stored = state_->store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    start = {};
    auto open = tx.running_operation(org, kSyncOperation);
    if (!open) return open.error();
    if (*open) {
      start = {(*open)->operation_id(), true};
      return tx.append_audit(org, entry_of(act, start));
    }
    const auto now = state_->clock.now_ms();
    v1::Operation operation;
    operation.set_operation_id(domain::uuid_v7(now));
    operation.set_kind(kSyncOperation);
    operation.set_state(v1::OPERATION_STATE_RUNNING);
    operation.set_phase("listing");
    operation.mutable_started_at()->set_unix_ms(now);
    start.operation_id = operation.operation_id();
    if (auto put = tx.put_operation(org, operation); !put) return put;
    return tx.append_audit(org, entry_of(act, start));
  });
  if (!stored) return stored.error();
  // An open one that nobody works on was left by a gateway that died.
  if (!start.joined || !state_->tracker.follows(org, start.operation_id)) state_->begin(org);
  return start;
}

Result<void> MailboxSync::describe(store::Reader& reader, const store::Org& org,
                                   v1::OrganisationStatus& status) const {
  return state_->providers.describe(reader, org, status);
}

}  // namespace semafoor::mailbox
