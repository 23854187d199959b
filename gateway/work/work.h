// SPDX-License-Identifier: Apache-2.0
//
// Use cases on who treats what. Safe from several threads; those that write return after the
// commit.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/work.pb.h"

namespace semafoor::work {

// Told after the commit, by any thread; returns at once.
using Told = std::function<void(const store::Org&)>;

struct WorkHooks {
  // The rules changed.
  Told rules_changed = {};
  // What nobody has is to be given away now.
  Told spread = {};
};

class Work {
 public:
  // The store outlives the object.
  Work(store::Store& store, std::function<std::int64_t()> now_ms, WorkHooks hooks = {});

  Result<v1::WorkRules> rules(const store::Org& org);
  // "work.rules_invalid", "work.rules_changed".
  Result<v1::WorkRules> set_rules(const store::Org& org, v1::WorkRules rules,
                                  std::int64_t expected_version, bool spread_waiting,
                                  const domain::Act& act);

  // Each alone succeeds or fails, in the order of the request. "work.actor_missing" fails the
  // whole.
  Result<std::vector<v1::WorkResult>> take(const store::Org& org,
                                           const std::vector<std::string>& signal_ids,
                                           const domain::Act& act);

  // "work.absence_invalid".
  Result<v1::Absences> set_absence(const store::Org& org, const v1::SetAbsenceRequest& request,
                                   const domain::Act& act);
  Result<std::vector<v1::Absences>> absences(const store::Org& org);

  // As take(); further "work.not_absent", and "work.same_person" when they have them already.
  Result<v1::TakeOverResponse> take_over(const store::Org& org, const v1::TakeOverRequest& request,
                                         const domain::Act& act);

  // With their texts, and how their signals are now.
  Result<store::Page<v1::Reminder>> reminders(const store::Org& org,
                                              const store::EntryQuery& query);
  Result<v1::GetWorkloadResponse> workload(const store::Org& org);

 private:
  store::Store& store_;
  std::function<std::int64_t()> now_ms_;
  const WorkHooks hooks_;
};

}  // namespace semafoor::work
