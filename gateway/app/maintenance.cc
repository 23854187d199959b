// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/maintenance.h"

#include <algorithm>
#include <string>
#include <vector>

namespace semafoor::app {

using Level = rpc::Journal::Level;

Maintenance::Maintenance(store::Store& store, duties::Clock& clock, rpc::Journal& journal,
                         audit::Recorder& recorder, audit::Refusals& refusals,
                         MaintenanceOptions options)
    : store_(store),
      clock_(clock),
      journal_(journal),
      recorder_(recorder),
      refusals_(refusals),
      options_(options) {}

void Maintenance::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Maintenance::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Maintenance::run(const std::stop_token& stop) {
  std::int64_t next_run = clock_.steady_ms() + options_.first_delay_ms;
  std::int64_t next_audit = clock_.steady_ms() + options_.audit_interval_ms;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      clock_.wait(lock, bell_, stop, std::min(next_run, next_audit), [] { return false; });
    }
    if (stop.stop_requested()) return;
    if (clock_.steady_ms() >= next_audit) {
      complete_audit();
      next_audit = clock_.steady_ms() + options_.audit_interval_ms;
    }
    if (clock_.steady_ms() < next_run) continue;
    run_once();
    next_run = clock_.steady_ms() + options_.interval_ms;
  }
}

void Maintenance::complete_audit() {
  refusals_.tick();
  recorder_.retry();
}

void Maintenance::run_once() {
  std::vector<store::Consumer> dropped;
  const auto pruned = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto gone = tx.prune_events(options_.keep_events_ms);
    if (!gone.ok()) return gone.error();
    dropped = std::move(*gone);
    return {};
  });
  if (!pruned.ok())
    journal_.note(Level::error, "maintenance.failed", pruned.error().message,
                  {{"code", pruned.error().code}});
  else
    for (const store::Consumer& one : dropped)
      journal_.note(Level::warning, "consumer.dropped",
                    "A consumer of events was not seen for too long and is forgotten.",
                    {{"organisation", one.org}, {"consumer", one.name}});
  const auto swept =
      store_.blobs().sweep([this](const std::string& org, const std::string& sha256) {
        // When the store cannot tell, or there is no time left, the file stays.
        bool referenced = true;
        if (thread_.get_stop_token().stop_requested()) return referenced;
        (void)store_.read([&](store::Reader& reader) -> Result<void> {
          auto found = reader.blob_referenced(org, sha256);
          if (!found.ok()) return found.error();
          referenced = *found;
          return {};
        });
        return referenced;
      });
  if (!swept.ok())
    journal_.note(Level::error, "maintenance.failed", swept.error().message,
                  {{"code", swept.error().code}});
  else if (*swept > 0)
    journal_.note(Level::info, "maintenance.swept", "Files that belonged to nothing were removed.",
                  {{"files", std::to_string(*swept)}});
}

}  // namespace semafoor::app
