// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gateway/custody/key_watch.h"
#include "gateway/rpc/call_metrics.h"
#include "gateway/store/store.h"
#include "semafoor/v1/admin.pb.h"

namespace semafoor::app {

// What the process knows of itself when the page is asked for.
struct ProcessFacts {
  std::string version;
  bool ready = false;
  std::int64_t started_at_ms = 0;
  std::int64_t now_ms = 0;
  std::size_t sessions = 0;
  std::size_t waiting = 0;
  std::uint64_t commits = 0;
  v1::DiskStatus disk;
  v1::ClockStatus clock;
  // Kinds of tasks that somebody here works on. Others, of a newer version, wait for it.
  std::vector<std::string> task_kinds;
  // What a provider deletes before it is stored; null: nobody looks.
  std::function<v1::ExpiryStatus(const std::string& organisation)> expiry;
  std::vector<v1::Alarm> alarms;
  std::vector<custody::Expiry> expiries;
};

// Prometheus text exposition format 0.0.4. Organisations by their CBE number; no person, no
// dossier.
std::string metrics_page(const ProcessFacts& facts, const rpc::CallMetrics& calls,
                         store::Store& store);

}  // namespace semafoor::app
