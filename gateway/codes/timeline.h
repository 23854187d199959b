// SPDX-License-Identifier: Apache-2.0
//
// Which table was, is and will be in force, as the store has it: for all gateways that share it,
// at once. Kept under the gateway's own chain, which belongs to no organisation and is never
// erased.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/codes.pb.h"

namespace semafoor::codes {

// Kinds of the store's entries: a timeline, whose id is the kind's name; a table, by its id.
inline constexpr char kTimelineEntry[] = "codes.timeline";
inline constexpr char kTableEntry[] = "codes.table";

// Its periods in order of their beginning, without the first, which is that of the settings.
Result<v1::CodeTimeline> timeline(store::Reader& reader, v1::CodeTableKind kind);
// For who is to change it: first, and nobody else changes it until the transaction ends.
Result<v1::CodeTimeline> locked_timeline(store::Transaction& tx, v1::CodeTableKind kind);
Result<void> put_timeline(store::Transaction& tx, v1::CodeTableKind kind,
                          const v1::CodeTimeline& timeline);

// "store.record_damaged" also when there is none.
Result<v1::StoredCodeTable> stored_table(store::Reader& reader, const std::string& table_id);
Result<void> put_table(store::Transaction& tx, const v1::StoredCodeTable& table);

// The period of this moment; nullptr: that of the settings.
const v1::CodeTablePeriod* period_at(const v1::CodeTimeline& timeline, std::int64_t moment_ms);
// That begins after it: what is prepared.
const v1::CodeTablePeriod* period_after(const v1::CodeTimeline& timeline, std::int64_t moment_ms);

}  // namespace semafoor::codes
