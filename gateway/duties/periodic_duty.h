// SPDX-License-Identifier: Apache-2.0
//
// Runs one duty for every organisation that has its module enabled, each at its own interval.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/duties/backoff.h"
#include "gateway/duties/clock.h"
#include "gateway/duties/night.h"
#include "gateway/store/store.h"

namespace semafoor::duties {

struct PeriodicOptions {
  // Name of the DutyStatus: "ebox.sync".
  std::string name;
  // An organisation takes part when one of these is enabled; all do when none is named.
  std::vector<v1::Module> modules;
  // 0: only when triggered (and again after a failure).
  std::int64_t interval_ms = 900'000;
  // Set: one run a night instead, at a moment drawn anew for each organisation and each night. A
  // night that was missed, as by a machine that was off, is made up for after first_delay_ms.
  std::optional<Night> night;
  // An organisation whose duty never ran waits this long, or the interval if that is shorter. After
  // a restart the interval goes on from the last attempt.
  std::int64_t first_delay_ms = 60'000;
  // First gap after hasten(); doubles with every run until it reaches the interval.
  std::int64_t hasten_ms = 1'000;
  double jitter = 0.1;
  int threads = 2;
  Backoff backoff{1'000, 900'000};
  // How often the list of organisations is read again.
  std::int64_t refresh_ms = 5'000;
};

// A run that ends with rest_error() (duty_log.h) found nothing to do: the next one comes after the
// interval, and the last success stays what it was.
// One run per organisation at a time. After a failure the next run waits for the back-off and for
// what the upstream asked; trigger() overrides the former, not the latter. Each run leaves its
// DutyStatus.
class PeriodicDuty {
 public:
  using Run = std::function<Result<void>(const store::Org&, std::stop_token)>;

  // `run` is called from the duty's threads. Store and clock outlive the duty.
  PeriodicDuty(store::Store& store, Clock& clock, PeriodicOptions options, Run run,
               Random random = system_random());
  ~PeriodicDuty();
  PeriodicDuty(const PeriodicDuty&) = delete;
  PeriodicDuty& operator=(const PeriodicDuty&) = delete;

  void start();
  // Asks the running ones to end, and waits until they have. Idempotent.
  void stop();
  // Now; when it is running, once more after that. Any thread.
  void trigger(const store::Org& org);
  // How long from now the upstream's wish for patience keeps even trigger() waiting; 0: not at all.
  std::int64_t held_ms(const store::Org& org);
  // Soon, and often for a while: an answer is awaited.
  void hasten(const store::Org& org);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace semafoor::duties
