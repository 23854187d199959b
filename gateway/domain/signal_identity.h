// SPDX-License-Identifier: Apache-2.0
//
// One identity per signal (architecture, decision 8).
#pragma once

#include <string>

#include "semafoor/v1/signals.pb.h"

namespace semafoor::domain {

// Another record stands for it.
bool is_united(const v1::Signal& signal);

// The natural key: person, law, normalised dossier (with suffix under the law of 1965), type and
// reference period. The organisation is in every key of the store and not repeated here; the
// channel is an attribute, no part of it. A record that another one stands for has no part in the
// signal any more: its key is its own id.
std::string signal_key(const v1::Signal& signal);

}  // namespace semafoor::domain
