// SPDX-License-Identifier: Apache-2.0
//
// Fetches the mailbox of POD MI: stores what came and what it means, commits, and only then
// acknowledges.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "gateway/domain/result.h"
#include "gateway/duties/backoff.h"
#include "gateway/duties/clients.h"
#include "gateway/duties/clock.h"
#include "gateway/duties/night.h"
#include "gateway/store/store.h"

namespace semafoor::signals {

struct IntakeOptions {
  // 0: only on request.
  std::int64_t interval_ms = 300'000;
  // Set: once a night, instead of the interval.
  std::optional<duties::Night> night;
  double jitter = 0.1;
  std::int64_t first_delay_ms = 60'000;
  int threads = 2;
  // 1-500.
  int batch = 200;
  // First gap after expect_result(); doubles until it reaches the interval.
  std::int64_t expect_ms = 1'000;
  duties::Backoff backoff{1'000, 900'000};
};

inline constexpr char kIntakeDuty[] = "signals.intake";
inline constexpr char kSequenceDuty[] = "signals.sequence";
// Source, in the inbox, of what came without an identity of its own.
inline constexpr char kUnidentified[] = "unidentified";

// What became of an answer, handed to whoever keeps answers, inside the intake's transaction. An
// error whose code begins with "feedback." says that the item makes no sense: it is quarantined.
// Any other fails the transaction.
using ResultSink = std::function<Result<void>(store::Transaction&, const store::Org&,
                                              const upstream::MailboxContent::FeedbackResult&)>;

class SignalIntake {
 public:
  // Store and clock outlive the object.
  SignalIntake(store::Store& store, duties::PodmiSource podmi, ResultSink results,
               duties::Clock& clock, IntakeOptions options,
               duties::Random random = duties::system_random());
  ~SignalIntake();

  void start();
  // Within a second, whatever is in flight; a fetch that removes at the upstream is waited for, at
  // most its time-out. Idempotent.
  void stop();

  // Fetches now, in the background.
  void trigger(const store::Org& org);
  // An answer was sent: look for its result soon, and often for a while.
  void expect_result(const store::Org& org);

  // Fetches until the mailbox is empty, on the caller's thread. For tests and tools; the duty does
  // the same.
  Result<void> run_once(const store::Org& org, std::stop_token stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace semafoor::signals
