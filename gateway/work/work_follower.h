// SPDX-License-Identifier: Apache-2.0
//
// Acts on what arrives and changes: signals are given away as the rules say, and those of an
// organisation that became part of another go over to it.
#pragma once

#include <stop_token>

#include "gateway/domain/result.h"
#include "gateway/duties/clock.h"
#include "gateway/duties/event_follower.h"
#include "gateway/store/store.h"
#include "gateway/work/mergers.h"

namespace semafoor::work {

inline constexpr char kFollowerDuty[] = "work.follow";

class WorkFollower {
 public:
  // All outlive the object.
  WorkFollower(store::Store& store, duties::Clock& clock, Mergers& mergers);

  // Also takes up what was to be spread when the gateway ended.
  void start();
  // Waits until what runs has ended. Idempotent.
  void stop();
  // Everything that nobody has is to be given away, soon. Any thread.
  void spread(const store::Org& org);
  // On the caller's thread. For tests and tools; the thread does the same.
  Result<void> run_once(const store::Org& org, std::stop_token stop = {});

 private:
  Result<void> act(const store::Org& org, const std::vector<v1::Event>& events,
                   const std::stop_token& stop);
  Result<void> look_through(const store::Org& org, const std::stop_token& stop);

  store::Store& store_;
  duties::Clock& clock_;
  Mergers& mergers_;
  duties::EventFollower follower_;
};

}  // namespace semafoor::work
