// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/work/absences.h"
#include "gateway/work/assignment.h"
#include "gateway/work/distribution.h"
#include "gateway/work/open_signals.h"
#include "gateway/work/recall_days.h"
#include "gateway/work/work.h"

namespace semafoor::work {
namespace {

void count(v1::Workload& load, const v1::Signal& signal) {
  load.set_open(load.open() + 1);
  if (signal.recalls_size() > 0) load.set_recalled(load.recalled() + 1);
  if (!awaits_answer(signal)) {
    load.set_answered(load.answered() + 1);
    return;
  }
  load.set_due_before_recall(load.due_before_recall() + 1);
  if (!load.has_oldest() || signal.received_at().unix_ms() < load.oldest().unix_ms())
    *load.mutable_oldest() = signal.received_at();
}

bool is_nobodys(const v1::Workload& load) {
  return load.assignee().id().empty() && load.team().empty();
}

}  // namespace

Result<v1::GetWorkloadResponse> Work::workload(const store::Org& org) {
  v1::GetWorkloadResponse response;
  const auto day = domain::belgian_day(now_ms_());
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto rules = rules_of(reader, org);
    if (!rules) return rules.error();
    // By person and team; both empty: nobody.
    std::map<std::pair<std::string, std::string>, v1::Workload> loads;
    auto counted = each_signal(reader, org, {.open_only = true}, [&](const v1::Signal& signal) {
      const bool of_person = !signal.assignee().id().empty();
      auto& load = loads[{signal.assignee().id(), of_person ? "" : signal.team()}];
      if (of_person) *load.mutable_assignee() = signal.assignee();
      if (!of_person) load.set_team(signal.team());
      count(load, signal);
    });
    if (!counted) return counted;
    response.Clear();
    *response.mutable_next_recall() = next_recall(rules->reminders(), day);
    for (auto& [who, load] : loads) {
      if (!who.first.empty()) {
        auto absence = absence_on(reader, org, who.first, day);
        if (!absence) return absence.error();
        load.set_absent(absence->has_value());
      }
      *response.add_loads() = std::move(load);
    }
    return {};
  });
  if (!read) return read.error();
  std::stable_sort(response.mutable_loads()->begin(), response.mutable_loads()->end(),
                   [](const v1::Workload& one, const v1::Workload& other) {
                     if (is_nobodys(one) != is_nobodys(other)) return is_nobodys(other);
                     return one.open() > other.open();
                   });
  return response;
}

}  // namespace semafoor::work
