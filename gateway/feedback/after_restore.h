// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::feedback {

// For a store that was put back from a backup: what was on its way then may have been sent, and
// judged, since. Each such answer, also one whose judgement was awaited, is in doubt until the
// upstream has said what it knows under its client id; it goes out only when that is nothing.
// Returns how many.
Result<int> doubt_answers(store::Transaction& tx, const store::Org& org);

}  // namespace semafoor::feedback
