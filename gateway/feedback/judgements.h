// SPDX-License-Identifier: Apache-2.0
//
// A judgement may come at once, later, or never. This duty asks for those that take too long, so
// that no answer is on its way for ever.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>

#include "gateway/domain/result.h"
#include "gateway/duties/backoff.h"
#include "gateway/duties/clients.h"
#include "gateway/duties/clock.h"
#include "gateway/feedback/code_list.h"
#include "gateway/store/store.h"

namespace semafoor::feedback {

struct JudgementOptions {
  // How long a judgement may take; 0: for ever.
  std::int64_t patience_ms = std::int64_t{30} * 86'400'000;
  std::int64_t interval_ms = 3'600'000;
  std::int64_t first_delay_ms = 120'000;
  // Answers that are asked for in one run.
  int batch = 200;
  duties::Backoff backoff{60'000, 3'600'000};
};

inline constexpr char kJudgementDuty[] = "feedback.judgements";

// Each answer that was sent longer ago is asked for once: a judgement is applied, and none makes it
// UNJUDGED. One that the upstream does not know any more is UNJUDGED too: an authority may clear
// away what it has done, so whether it is sent again is a person's decision.
class Judgements {
 public:
  // Store and clock outlive the object.
  Judgements(store::Store& store, duties::PodmiSource podmi, CodesInForce codes,
             duties::Clock& clock, JudgementOptions options,
             duties::Random random = duties::system_random());
  ~Judgements();

  void start();
  // Within a second, whatever is in flight. Idempotent.
  void stop();

  // On the caller's thread. For tests and tools; the duty does the same.
  Result<void> run_once(const store::Org& org, const std::stop_token& stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace semafoor::feedback
