// SPDX-License-Identifier: Apache-2.0
//
// Figures on an organisation's signals, without personal data.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "gateway/domain/result.h"
#include "gateway/reports/period.h"
#include "gateway/store/store.h"
#include "semafoor/v1/reports.pb.h"

namespace semafoor::reports {

// Different dossiers of the month's (yyyymm) current statement for this law; nothing when none was
// read.
using DossiersOfMonth = std::function<Result<std::optional<std::int64_t>>(
    store::Reader& reader, const store::Org& org, int month, v1::Law law)>;

// Reads every signal of the days once. Memory: a number for each answered signal, and the numbers
// of the dossiers. `dossiers` may be unset: then nobody knows how many there are.
Result<v1::Statistics> statistics_of(store::Store& store, const store::Org& org, const Days& days,
                                     const DossiersOfMonth& dossiers, std::int64_t now_ms);

}  // namespace semafoor::reports
