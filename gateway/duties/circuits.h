// SPDX-License-Identifier: Apache-2.0
//
// Whether the upstream of an organisation takes anything now. One that fails again and again, or
// asks for patience, is left alone for a while; then a single piece of work tries it, and when that
// is answered all others follow. So neither the upstream nor the other organisations feel how much
// waits, and what waits does not use up its tries.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/duties/backoff.h"
#include "gateway/duties/clock.h"
#include "gateway/store/records.h"

namespace semafoor::duties {

struct CircuitOptions {
  // So many failures in a row, and it is left alone.
  int failures = 3;
  // How long, from one try to the next. What the upstream asked for is never undercut.
  Backoff pause{.base_ms = 1'000, .max_ms = 30'000};
};

// Safe from several threads.
class Circuits {
 public:
  Circuits(Clock& clock, CircuitOptions options, Random random);

  // Every exchange with an upstream ends in one of these two. `failed` looks at what the error is:
  // an upstream that understood and refused has answered, and trouble of our own counts as neither.
  // It returns for how long the organisation is left alone from now; 0: it is not.
  void answered(const store::Org& org);
  std::int64_t failed(const store::Org& org, const Error& error);

  // Left alone for so long from now, whatever it would answer; then one tries.
  void rest(const store::Org& org, std::int64_t for_ms);

  // Left alone now: nothing may be begun.
  bool rests(const store::Org& org);
  // How many more pieces of work may be begun for whom when `busy` are under way; who is not named
  // may have any number.
  std::map<store::Org, int> limits(const std::map<store::Org, int>& busy);
  // The next steady time at which limits() allows more; Clock::kNever.
  std::int64_t next_change();
  // Called, without a lock, when an organisation's limit is gone.
  void on_close(std::function<void()> listener);

 private:
  struct Circuit {
    int failures = 0;
    std::int64_t rests_until = 0;
  };
  bool is_limited(const Circuit& circuit) const {
    return circuit.failures >= options_.failures || circuit.rests_until > 0;
  }

  Clock& clock_;
  const CircuitOptions options_;
  const Random random_;
  std::mutex mutex_;
  // Of organisations that failed since they last answered.
  std::map<store::Org, Circuit> circuits_;
  std::vector<std::function<void()>> listeners_;
};

}  // namespace semafoor::duties
