// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::signals {

// The record of `org` that a delivery is of: by its natural key, `signal` having the person's
// present number and the normalised dossier, else by the authority's reference. Of one that was
// united with another, that other.
Result<std::optional<v1::Signal>> find_known(store::Reader& reader, const store::Org& org,
                                             const v1::Signal& signal);

}  // namespace semafoor::signals
