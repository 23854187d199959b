// SPDX-License-Identifier: Apache-2.0
//
// Work that follows from what happened: reads the events of every organisation, in their order, and
// hands them on. For rooms that act on what another room stored, without that room knowing them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/duties/backoff.h"
#include "gateway/duties/clock.h"
#include "gateway/store/store.h"

namespace semafoor::duties {

struct FollowerOptions {
  // Name of its DutyStatus, and of its place in the log: "lists.read".
  std::string name;
  v1::Module module = v1::MODULE_UNSPECIFIED;
  // Events of other types are passed over.
  std::vector<std::string> types;
  // Most events handed on at once.
  int batch = 200;
  // How often to look for events nobody told us about.
  std::int64_t poll_ms = 30'000;
  Backoff backoff{1'000, 300'000};
};

// At least once: after a crash, and where several gateways follow the same log, events come again;
// whoever handles them looks at the state they are about and does nothing twice. One organisation
// at a time. A failure is noted in its DutyStatus and tried again; the others go on.
class EventFollower {
 public:
  // Blocks until what follows from the events is stored.
  using Handle = std::function<Result<void>(const store::Org&, const std::vector<v1::Event>&,
                                            std::stop_token)>;
  // Everything of the organisation is to be looked at, not only what events name: it was never
  // followed, or the log does not reach back.
  using Rebuild = std::function<Result<void>(const store::Org&, std::stop_token)>;

  // Store and clock outlive the follower. Made before the store is written to.
  EventFollower(store::Store& store, Clock& clock, FollowerOptions options, Handle handle,
                Rebuild rebuild);
  ~EventFollower();
  EventFollower(const EventFollower&) = delete;
  EventFollower& operator=(const EventFollower&) = delete;

  void start();
  // Asks what runs to end, and waits until it has. Idempotent.
  void stop();
  // Looks at everything of the organisation again, soon. Any thread.
  void rebuild(const store::Org& org);

  // Catches up with one organisation, on the caller's thread. For tests and tools; the thread does
  // the same.
  Result<void> run_once(const store::Org& org, std::stop_token stop = {});

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace semafoor::duties
