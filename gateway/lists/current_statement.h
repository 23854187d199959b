// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::lists {

// Of several statements of one month (yyyymm) and kind the one received last is the current one,
// in whatever order they were read; of equals that with the greater id. Notes it in their records.
Result<void> settle_current(store::Transaction& tx, const store::Org& org, int month,
                            v1::MessageFamily kind);

// The current one, if there is any.
Result<std::optional<v1::Statement>> current_statement(store::Reader& reader, const store::Org& org,
                                                       int month, v1::MessageFamily kind);

}  // namespace semafoor::lists
