// SPDX-License-Identifier: Apache-2.0
//
// One signal of an organisation that became part of another.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::work {

enum class Settled {
  // There was nothing to do.
  nothing,
  // It came over as a record of the new organisation.
  moved,
  // It is one with a record that the new organisation had.
  united,
  // Its answer is on its way at the old organisation, where it ends.
  waits,
  // Its answer was judged there, and that counts for the record of the new organisation.
  counted,
};

// Brings both organisations to where they should be about this signal of `from`: what waits goes
// over, with its story; an answer on its way stays and what comes of it counts. Doing it again does
// nothing. `into` is what `from` is today. In one transaction for both; audited on both chains.
Result<Settled> settle(store::Transaction& tx, const store::Org& from, const store::Org& into,
                       const std::string& signal_id, std::int64_t now_ms);

// What settle() would do with an open signal, by what is there.
Result<Settled> would_settle(store::Reader& reader, const store::Org& into,
                             const v1::Signal& signal);

}  // namespace semafoor::work
