// SPDX-License-Identifier: Apache-2.0
//
// The story of a signal and of the answers to it, for people (the proof is the audit).
#pragma once

#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::history {

// Kind of the store's entry; its id is the signal's.
inline constexpr char kEntry[] = "signal.history";
// Of so many steps, repetitions of an arrival in the middle go first, then the oldest but the
// first.
inline constexpr int kMostSteps = 200;

// Adds a step about `signal` as it is now. A step without a state gets the signal's. An arrival
// that repeats the last two steps (same channel) takes the place of the last.
Result<void> add(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                 v1::SignalStep step);

// Oldest first; none for a signal stored before histories were kept.
Result<v1::SignalHistory> of(store::Reader& reader, const store::Org& org,
                             const std::string& signal_id);

// The story of `former`, which was united with `signal`, becomes part of this one's, by time. It
// stays with `former` too.
Result<void> unite(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                   const v1::Signal& former);

// The same with a story of another organisation.
Result<void> unite(store::Transaction& tx, const store::Org& org, const v1::Signal& signal,
                   const v1::SignalHistory& former);

// The record of this organisation that stands for `signal`; that one itself when none does.
Result<v1::Signal> standing(store::Reader& reader, const store::Org& org, v1::Signal signal);

// The actor of an act; absent in the step when nobody is named.
void set_actor(v1::SignalStep& step, const domain::Act& act);

}  // namespace semafoor::history
