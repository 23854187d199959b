// SPDX-License-Identifier: Apache-2.0
//
// What is stored of mergers.
#pragma once

#include <cstdint>
#include <vector>

#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "gateway/work/mergers.h"
#include "semafoor/v1/work.pb.h"

namespace semafoor::work {

// Whether the order can be carried out: the errors of Mergers::order().
Result<void> check_order(store::Reader& reader, const MergerOrder& order);
// Stores the plan for each of `from` that has none yet.
Result<void> put_plan(store::Transaction& tx, const MergerOrder& order, const domain::Act& act,
                      std::int64_t now_ms);

// The merger by which `from` became part of what it became part of first; nothing: there is none.
Result<std::optional<v1::Merger>> merger_of(store::Reader& reader, const store::Org& from);
Result<void> put_merger(store::Transaction& tx, const v1::Merger& merger);
Result<std::vector<v1::Merger>> mergers_into(store::Reader& reader, const store::Org& into);

}  // namespace semafoor::work
