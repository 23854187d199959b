// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/duties/clock.h"
#include "gateway/rpc/journal.h"
#include "gateway/store/store.h"

namespace semafoor::app {

// How old the last success of a duty may be. Duties without one run on demand, and are unwell only
// when they fail.
struct DutyLimit {
  std::string name;
  // It runs for organisations that have one of these enabled.
  std::vector<v1::Module> modules;
  std::int64_t oldest_success_ms = 0;
};

struct UnwellDuty {
  std::string organisation;
  std::string name;
  // -1: never yet.
  std::int64_t last_success_age_ms = -1;
  std::int32_t consecutive_failures = 0;
  // The last success is older than the limit.
  bool overdue = false;
  std::string problem;
};

// Those that failed at their last attempt and those that are overdue. Duties of modules that were
// disabled rest, and are not looked at.
Result<std::vector<UnwellDuty>> unwell_duties(store::Store& store,
                                              const std::vector<DutyLimit>& limits,
                                              std::int64_t now_ms);

// By organisation: messages that a provider deletes within days and that are not stored.
using ExpiryAlarms = std::map<store::Org, v1::ExpiryStatus>;

// {"status": "ready" | "degraded" | "critical" | "not ready", "duties": [...], "expiring": [...],
// "alarms": [...], "disk": {...}}, and whether the gateway serves. Degraded: it does, and some duty
// of some organisation does not get its work done, something will be deleted before it is stored,
// the disk fills up, or something alarms in yellow, which no restart would mend. Critical:
// something alarms in red.
std::pair<std::string, bool> readiness(bool serves, const Result<std::vector<UnwellDuty>>& unwell,
                                       const v1::DiskStatus& disk,
                                       const ExpiryAlarms& expiring = {},
                                       const std::vector<v1::Alarm>& alarms = {});

// Tells the journal when a duty becomes unwell ("duty.unwell") and when it works again
// ("duty.well"), and not at each try. One thread. Store, clock and journal outlive the object.
class DutyWatch {
 public:
  DutyWatch(store::Store& store, duties::Clock& clock, rpc::Journal& journal,
            std::vector<DutyLimit> limits, std::function<void()> also = {});
  void start();
  // Idempotent.
  void stop();
  // What the thread does every ten seconds, and `also` with it.
  void look();
  Result<std::vector<UnwellDuty>> unwell();

 private:
  store::Store& store_;
  duties::Clock& clock_;
  rpc::Journal& journal_;
  const std::vector<DutyLimit> limits_;
  const std::function<void()> also_;
  // By organisation and name.
  std::map<std::pair<std::string, std::string>, UnwellDuty> known_;
  std::mutex mutex_;
  std::condition_variable_any bell_;
  std::jthread thread_;
};

}  // namespace semafoor::app
