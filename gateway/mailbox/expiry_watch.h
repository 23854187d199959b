// SPDX-License-Identifier: Apache-2.0
//
// A provider deletes a message on its expiration date (e-Box reference documentation). What would
// be lost is fetched before, or reported.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/duties/clock.h"
#include "gateway/duties/periodic_duty.h"
#include "gateway/mailbox/mailbox.h"
#include "gateway/mailbox/read_policy.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

inline constexpr char kExpiryDuty[] = "ebox.expiry";
// Days before the end from which on something that is not stored is an alarm.
inline constexpr int kSoonDays = 3;

struct ExpiryOptions {
  std::int64_t interval_ms = 600'000;
  std::int64_t first_delay_ms = 60'000;
  // What has so many days left is fetched whatever the read policy, unless that is "never".
  int archive_days = 14;
  // Messages a report names.
  int named = 20;
};

// One look goes over everything that is not stored: what the policy as it is now, or the end that
// is near, wants fetched is queued; what remains near its end is the report.
class ExpiryWatch {
 public:
  // Store and clock outlive the object.
  ExpiryWatch(store::Store& store, duties::Clock& clock, ExpiryOptions options, ReadDefaults read,
              Queued queued, const duties::Random& random = duties::system_random());

  // The first look comes at once: what was known is in memory alone.
  void start();
  // Idempotent.
  void stop() { duty_.stop(); }
  // Looks now: the policy changed.
  void trigger(const store::Org& org) { duty_.trigger(org); }

  // What the duty does.
  Result<void> look(const store::Org& org, const std::stop_token& stop);
  // Of the last look; without `looked_at` before the first.
  v1::ExpiryStatus report(const store::Org& org);
  // Organisations with something that is lost within kSoonDays, unless their e-Box is switched off.
  std::map<store::Org, v1::ExpiryStatus> alarms();

 private:
  struct Look;
  std::vector<store::Org> taking_part();
  Result<void> look_at(Look& look, const std::string& message_id);
  Result<int> queue(const store::Org& org, const std::string& message_id);

  store::Store& store_;
  duties::Clock& clock_;
  const ExpiryOptions options_;
  const ReadDefaults read_;
  const Queued queued_;
  std::mutex mutex_;
  std::map<store::Org, v1::ExpiryStatus> reports_;
  duties::PeriodicDuty duty_;
};

}  // namespace semafoor::mailbox
