// SPDX-License-Identifier: Apache-2.0
//
// What several deliveries of one signal say together. The order in which they come makes no
// difference: each fact is the greatest of those delivered, by an order that is the same
// everywhere.
#pragma once

#include <cstdint>
#include <string>

#include "semafoor/v1/signals.pb.h"

namespace semafoor::signals {

// What `delivered` says beside the identity: dossier as written, flow, amount, fields, day of
// detection, form, reference. A mutation's word counts before a monthly list's, and that before a
// half-yearly list's; of two alike the later detection's, then the fuller one's. A record that came
// by several channels speaks for the first of these. True: `known` is another than before.
bool merge_facts(v1::Signal& known, const v1::Signal& delivered);

// This list brought it already. `list` as in ChannelArrival.lists; empty: nobody can say.
bool was_brought(const v1::Signal& signal, v1::SignalChannel channel, const std::string& list);

// Counts an arrival, in channels, arrivals and deliveries. True: the channel is new.
bool note_arrival(v1::Signal& signal, v1::SignalChannel channel, const std::string& list,
                  std::int64_t now_ms);

// One recall per cycle, by whatever channel it was told. True: it is new.
bool add_recall(v1::Signal& signal, const v1::Recall& recall);

// A number under which it came, and which is not the person's present one. True: it is new.
bool add_former_person(v1::Signal& signal, const std::string& number);

// The person goes on under another number; the one of before is a former one.
void change_person(v1::Signal& signal, const std::string& number);

// Everything that is known of `former` becomes known of `signal`, which stands for both: arrivals,
// recalls, numbers, matches, and who treats it. Not its answers, which stay `former`'s own.
void take_over(v1::Signal& signal, const v1::Signal& former);

// Of two records of one signal: the first stands for both. Closed before answered, answered before
// superseded by a form, and that before what waits; then what is further on, and what came first.
bool stands_before(const v1::Signal& one, const v1::Signal& other);

}  // namespace semafoor::signals
