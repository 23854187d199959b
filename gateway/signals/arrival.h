// SPDX-License-Identifier: Apache-2.0
//
// A signal arrives, by whatever channel. The one way into the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::signals {

struct Arrival {
  // What the delivery says; checked. What only the gateway knows is not looked at.
  v1::Signal facts;
  v1::SignalChannel channel = v1::SIGNAL_CHANNEL_MUTATION;
  // As ChannelArrival.lists; empty for a mutation.
  std::string list;
  // Of the list or mutation, when it asks again.
  std::optional<v1::Recall> recall;
  // The person's number before that of `facts`; empty: nothing is said of one.
  std::string replaced_ssin;
};

struct Arrived {
  std::string signal_id;
  bool is_new = false;
  // Why the replaced number could not be followed ("signals.person_..."); the signal is stored all
  // the same.
  std::string problem;
};

// Where the organisation became part of another the signal is that one's (succession.h).
// Finds the signal by its natural key, with the person's present number, or by the authority's
// reference; stores what is new of it. A state that people or the authority gave it stands. Events
// "signal.received", "signal.recalled" (it waits for an answer), "signal.changed", or none. An
// error fails the transaction.
Result<Arrived> arrive(store::Transaction& tx, const store::Org& org, const Arrival& arrival,
                       std::int64_t now_ms);

// The first day of the last such month (3 or 10) that began at most a month after `now_ms`: a list
// may be made before its month.
v1::Date cycle_of(int month, std::int64_t now_ms);

}  // namespace semafoor::signals
