// SPDX-License-Identifier: Apache-2.0
//
// An OCMW becomes part of another: the plan is stored first, then signals move one by one, each in
// a transaction of its own for both sides. Whatever kills the gateway in between, the next start
// goes on.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/duties/backoff.h"
#include "gateway/duties/clock.h"
#include "gateway/store/store.h"
#include "semafoor/v1/work.pb.h"

namespace semafoor::work {

struct MergerOptions {
  std::int64_t interval_ms = 900'000;
  std::int64_t first_delay_ms = 5'000;
  double jitter = 0.1;
  duties::Backoff backoff{1'000, 300'000};
};

inline constexpr char kMergerDuty[] = "work.mergers";

struct MergerOrder {
  store::Org into;
  std::vector<store::Org> from;
  // Not set: today.
  v1::Date date;
};

class Mergers {
 public:
  // Store and clock outlive the object.
  Mergers(store::Store& store, duties::Clock& clock, MergerOptions options,
          duties::Random random = duties::system_random());
  ~Mergers();

  void start();
  // Within a second, whatever runs. Idempotent.
  void stop();

  // Stores the plan, audited on every chain it touches, and begins. The same order again changes
  // nothing and tells how far it is. "work.merger_self", "work.merger_elsewhere" (one of them is
  // part of another organisation already), "work.merger_unknown" (one is not served here).
  Result<std::vector<v1::Merger>> order(MergerOrder order, const domain::Act& act);
  // What would happen; the same errors.
  Result<std::vector<v1::Merger>> preview(MergerOrder order);
  // Of what `org` consists, and what it became part of.
  Result<std::vector<v1::Merger>> list(const store::Org& org);

  // Something happened to these signals of an organisation. False: it is one of its own, and
  // nothing is done.
  Result<bool> follow(const store::Org& org, const std::vector<std::string>& signal_ids,
                      const std::stop_token& stop);
  // The same for whatever may have happened: nobody told of it, or the telling is lost.
  Result<bool> look_through(const store::Org& org, const std::stop_token& stop);
  // On the caller's thread. For tests and tools; the duty does the same.
  Result<void> run_once(const store::Org& org, const std::stop_token& stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace semafoor::work
