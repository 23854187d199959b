// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "gateway/domain/result.h"
#include "gateway/signals/listed.h"
#include "gateway/store/store.h"

namespace semafoor::lists {

// Where a row of a list of knipperlichten goes: signals::deliver_listed().
using SignalSink = std::function<Result<signals::Listed>(
    store::Transaction& tx, const store::Org& org, const signals::ListedSignal& row,
    const signals::ListFacts& list, std::int64_t now_ms)>;

}  // namespace semafoor::lists
