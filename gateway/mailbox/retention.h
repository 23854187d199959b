// SPDX-License-Identifier: Apache-2.0
//
// Removes the messages whose time is over, by the rules of retention_policy.h (docs/retention.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/duties/clock.h"
#include "gateway/duties/night.h"
#include "gateway/duties/periodic_duty.h"
#include "gateway/mailbox/read_policy.h"
#include "gateway/mailbox/retention_policy.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

inline constexpr char kRetentionDuty[] = "ebox.retention";

struct RetentionOptions {
  RetentionDefaults defaults;
  // Unset: by `interval_ms` instead.
  std::optional<duties::Night> night = duties::Night{60, 300};
  std::int64_t interval_ms = 86'400'000;
  std::int64_t first_delay_ms = 3'600'000;
  // Messages that are looked at, and removed, before the next are.
  int batch = 100;
  // This machine's clock is known to be wrong: nothing is old enough then.
  std::function<bool()> clock_is_wrong;
  // So many were removed by one run.
  std::function<void(const store::Org&, std::int64_t messages)> told;
};

// Each message goes in a transaction of its own, with its audit record, by the rule as it is then:
// a run that was killed leaves nothing half done, and the next one goes on. Organisations whose
// modules are off take part too: their messages are still here.
class Retention {
 public:
  // Store and clock outlive the object.
  Retention(store::Store& store, duties::Clock& clock, RetentionOptions options, ReadDefaults read,
            const duties::Random& random = duties::system_random());

  void start() { duty_.start(); }
  // Idempotent.
  void stop() { duty_.stop(); }
  const RetentionDefaults& defaults() const { return options_.defaults; }

  // What the duty does.
  Result<void> run(const store::Org& org, const std::stop_token& stop);
  // What run() would do now, if `organisation` were the record of it.
  Result<std::vector<v1::RetentionPreview>> preview(const v1::Organisation& organisation,
                                                    const std::stop_token& stop);

 private:
  struct Family;
  Result<std::vector<Family>> families_of(const store::Org& org);
  Result<std::int64_t> remove(const store::Org& org, const Family& family,
                              const std::stop_token& stop);
  Result<std::int64_t> remove_all(const store::Org& org, const std::vector<std::string>& ids);
  // In a transaction; whether it went.
  Result<bool> remove_one(store::Transaction& tx, const store::Org& org, const std::string& id);

  store::Store& store_;
  duties::Clock& clock_;
  const RetentionOptions options_;
  const ReadDefaults read_;
  duties::PeriodicDuty duty_;
};

}  // namespace semafoor::mailbox
