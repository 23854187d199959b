// SPDX-License-Identifier: Apache-2.0
//
// Reminds people of signals that wait: once a Belgian day, each signal once for each step.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>

#include "gateway/domain/result.h"
#include "gateway/duties/backoff.h"
#include "gateway/duties/clock.h"
#include "gateway/store/store.h"

namespace semafoor::work {

struct ReminderOptions {
  // How often it is looked whether a new day began, or the rules changed.
  std::int64_t interval_ms = 900'000;
  std::int64_t first_delay_ms = 60'000;
  double jitter = 0.1;
  duties::Backoff backoff{1'000, 900'000};
};

inline constexpr char kReminderDuty[] = "work.reminders";

// "signal.reminder" (module knipperlicht) for each, with a step in the story and a record that
// ListReminders shows.
class Reminders {
 public:
  // Store and clock outlive the object.
  Reminders(store::Store& store, duties::Clock& clock, ReminderOptions options,
            duties::Random random = duties::system_random());
  ~Reminders();

  void start();
  // Within a second, whatever runs. Idempotent.
  void stop();
  // The rules changed.
  void trigger(const store::Org& org);
  // On the caller's thread. For tests and tools; the duty does the same.
  Result<void> run_once(const store::Org& org, const std::stop_token& stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace semafoor::work
