// SPDX-License-Identifier: Apache-2.0
//
// Organisations that became part of another one: whose a signal is that comes for them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/signals.pb.h"
#include "semafoor/v1/work.pb.h"

namespace semafoor::signals {

// Kind and id of the store's entry.
inline constexpr char kSuccession[] = "succession";

// Empty for an organisation that no merger touched.
Result<v1::Succession> succession_of(store::Reader& reader, const store::Org& org);
Result<void> put_succession(store::Transaction& tx, const store::Org& org,
                            const v1::Succession& succession);

// What `org` became part of, step by step, as far as the day of each has come; the last is what it
// is now. Empty: it is one of its own.
Result<std::vector<store::Org>> heirs_of(store::Reader& reader, const store::Org& org,
                                         std::int64_t now_ms);

// What became part of `org`, as far as the day of each has come.
Result<std::vector<store::Org>> predecessors_of(store::Reader& reader, const store::Org& org,
                                                std::int64_t now_ms);

// `named` is `org`, or one of the two became part of the other.
Result<bool> stands_for(store::Reader& reader, const store::Org& org, const store::Org& named,
                        std::int64_t now_ms);

struct Home {
  store::Org org;
  // Of a predecessor: whose part it became, and under which number of the person it has the signal.
  store::Org heir = {};
  std::string known_as = {};
};

// Under which organisation a signal that comes for `org` is kept: what `org` became part of, if it
// did; a predecessor that knows the signal and still has it, as one that answered it: what is
// answered does not begin anew. `replaced_ssin`: as Arrival has it.
Result<Home> home_of(store::Reader& reader, const store::Org& org, const v1::Signal& facts,
                     const std::string& replaced_ssin, std::int64_t now_ms);

}  // namespace semafoor::signals
