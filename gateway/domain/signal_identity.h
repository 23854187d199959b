// SPDX-License-Identifier: Apache-2.0
//
// One identity per signal (architecture, decision 8).
#pragma once

#include <string>

#include "semafoor/v1/signals.pb.h"

namespace semafoor::domain {

// Another record of the same organisation stands for it. Both were one signal from the beginning,
// so that no day is named; a signal that moved to another organisation did so on a day
// (Supersession.since), and keeps its identity where it was.
bool is_united(const v1::Signal& signal);

// The natural key: person, law, normalised dossier (with suffix under the law of 1965), type and
// reference period. The organisation is in every key of the store and not repeated here; the
// channel is an attribute, no part of it. The key of a united record is its own id: it has no part
// in the signal any more.
std::string signal_key(const v1::Signal& signal);

}  // namespace semafoor::domain
