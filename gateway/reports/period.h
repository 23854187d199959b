// SPDX-License-Identifier: Apache-2.0
//
// The days that a report is about, and the signals received on them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::reports {

// Belgian days, yyyymmdd, both included.
struct Days {
  int from = 0;
  int to = 0;
};

// Both days are there, in their order, and at most ten years apart. "reports.period".
Result<Days> days_of(const v1::Period& period);
// The same, with the last 24 months and the current one for what is left out.
Result<Days> days_or_recent(const v1::Period& period, std::int64_t now_ms);
v1::Period period_of(const Days& days);

// Called for each signal with a snapshot to ask more of; one snapshot serves a page of signals.
using Visit = std::function<Result<void>(store::Reader& reader, const v1::Signal& signal)>;

// Those received on these days, newest first, without records that another one stands for.
// Memory: one page.
Result<void> each_signal(store::Store& store, const store::Org& org, const Days& days,
                         const Visit& visit);

// When the first answer was given, here or at the organisation from which a merger brought the
// record: what the histories say, else the answers themselves; nothing when there is none.
Result<std::optional<std::int64_t>> first_answer_ms(store::Reader& reader, const store::Org& org,
                                                    const v1::Signal& signal);

}  // namespace semafoor::reports
