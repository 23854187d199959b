// SPDX-License-Identifier: Apache-2.0
//
// A signal that stands on a list in the e-Box: the same signal as its mutation (architecture,
// decision 8).
#pragma once

#include <cstdint>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::signals {

// What every row of a list shares.
struct ListFacts {
  // MONTHLY_LIST or HALF_YEARLY_LIST.
  v1::SignalChannel channel = v1::SIGNAL_CHANNEL_UNSPECIFIED;
  // The first day of the month that the list is of.
  v1::Date cycle;
  // Of the message in the e-Box; empty when the list came by another way.
  std::string message_id;
  std::int64_t received_ms = 0;
};

// A row, as its layout typed it.
struct ListedSignal {
  // Person, law, dossier, suffix, type, period, and what else the list says. What only the gateway
  // knows (id, state, receipt) is not looked at.
  v1::Signal facts;
  // A number of the person that the list says was replaced by that of `facts`.
  std::string replaced_ssin;
};

struct Listed {
  std::string signal_id;
  // It was not known before.
  bool is_new = false;
  // As Arrived has it.
  std::string problem = {};
};

// Stores what the row says. The same row of the same message again changes nothing. A half-yearly
// list recalls: an answer given stands. An error fails the transaction; a row that cannot be a
// signal is one with a code that begins with "signals.".
Result<Listed> deliver_listed(store::Transaction& tx, const store::Org& org,
                              const ListedSignal& row, const ListFacts& list, std::int64_t now_ms);

}  // namespace semafoor::signals
