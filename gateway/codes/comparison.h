// SPDX-License-Identifier: Apache-2.0
//
// A table beside the one that follows it.
#pragma once

#include "gateway/codes/tables.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/codes.pb.h"

namespace semafoor::codes {

// Codes that are new, gone or changed on `day` (yyyymmdd), when the next table begins; by code.
void compare_tables(const Checked& current, const Checked& next, int day,
                    v1::CompareCodesResponse& response);

// Of every organisation: answers that nobody has judged whose code is not valid on the next table,
// signals that wait and whose type is not on it. Reads pages.
Result<void> count_affected(store::Reader& reader, const Checked& current, const Checked& next,
                            int day, v1::CompareCodesResponse& response);

}  // namespace semafoor::codes
