// SPDX-License-Identifier: Apache-2.0
//
// The gateway's own hand: gives signals away as the rules of their organisation say.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/work.pb.h"

namespace semafoor::work {

// Cursors of the store: the version of the rules by which what waited was to be given away, and by
// which it was.
inline constexpr char kSpreadWanted[] = "work.spread";
inline constexpr char kSpreadDone[] = "work.spread.done";

// Empty, version 0, where nobody ever said anything.
Result<v1::WorkRules> rules_of(store::Reader& reader, const store::Org& org);

// Gives one signal, if it is the gateway's to give: nobody has it and nobody gave it back, or the
// gateway gave it before the host said whose dossier it is. What a person did with it stands, and
// so does an answer. True when it was given.
Result<bool> distribute(store::Transaction& tx, const store::Org& org, const v1::WorkRules& rules,
                        const std::string& signal_id, std::int64_t now_ms);

// The same for many, a few in each transaction. Unknown ids are no error. Blocks.
Result<void> distribute_all(store::Store& store, const store::Org& org,
                            const std::vector<std::string>& signal_ids, std::int64_t now_ms,
                            const std::stop_token& stop);

// Everything that is open, oldest first. Blocks.
Result<void> distribute_waiting(store::Store& store, const store::Org& org, std::int64_t now_ms,
                                const std::stop_token& stop);

}  // namespace semafoor::work
