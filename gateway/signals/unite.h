// SPDX-License-Identifier: Apache-2.0
//
// Two records that turn out to be one signal, because a number of the person was replaced.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::signals {

// Who brought the change, and when.
struct ByAndAt {
  const domain::Act& act;
  std::int64_t time_ms;
};

// Stores a signal whose person has another number now: under its new identity, with the step of its
// history.
Result<void> store_moved(store::Transaction& tx, const store::Org& org, v1::Signal& signal,
                         const ByAndAt& change);

struct Renumbered {
  // As it is stored, and under the person's present number.
  const v1::Signal& before;
  const v1::Signal& after;
};

// One of two stored records stands for both from now on, with everything that is known of either;
// the other is SUPERSEDED, names it, and is found by its own id only. `other` has the present
// number.
Result<void> unite(store::Transaction& tx, const store::Org& org, const Renumbered& one,
                   const v1::Signal& other, const ByAndAt& change);

}  // namespace semafoor::signals
