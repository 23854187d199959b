// SPDX-License-Identifier: Apache-2.0
#include "gateway/codes/timeline.h"

#include <string_view>
#include <utility>

#include "gateway/codes/tables.h"

namespace semafoor::codes {
namespace {

Error damaged(const char* what) {
  return {.kind = ErrorKind::data_loss,
          .code = "store.record_damaged",
          .message = std::string("Read ") + what +
                     ": what is stored cannot be read. Restore a backup, or roll the codes back to "
                     "another table (semafoorctl codes rollback)."};
}

}  // namespace

Result<v1::CodeTimeline> timeline(store::Reader& reader, v1::CodeTableKind kind) {
  auto entry = reader.entry(store::kGatewayChain, kTimelineEntry, std::string(name_of(kind)));
  if (!entry) return entry.error();
  v1::CodeTimeline found;
  if (*entry && !found.ParseFromString((*entry)->body)) return damaged("when code tables begin");
  return found;
}

Result<v1::CodeTimeline> locked_timeline(store::Transaction& tx, v1::CodeTableKind kind) {
  // Whoever reads the end of a chain to go on with it has it for itself.
  if (auto head = tx.audit_head(store::kGatewayChain); !head) return head.error();
  return timeline(tx, kind);
}

Result<void> put_timeline(store::Transaction& tx, v1::CodeTableKind kind,
                          const v1::CodeTimeline& timeline) {
  return tx.put_entry(store::kGatewayChain, {.kind = kTimelineEntry,
                                             .id = std::string(name_of(kind)),
                                             .sort = 0,
                                             .person = {},
                                             .subject = {},
                                             .body = timeline.SerializeAsString()});
}

Result<v1::StoredCodeTable> stored_table(store::Reader& reader, const std::string& table_id) {
  auto entry = reader.entry(store::kGatewayChain, kTableEntry, table_id);
  if (!entry) return entry.error();
  v1::StoredCodeTable table;
  if (!*entry || !table.ParseFromString((*entry)->body)) return damaged("a code table");
  return table;
}

Result<void> put_table(store::Transaction& tx, const v1::StoredCodeTable& table) {
  return tx.put_entry(store::kGatewayChain, {.kind = kTableEntry,
                                             .id = table.table().table_id(),
                                             .sort = table.table().loaded_at().unix_ms(),
                                             .person = {},
                                             .subject = std::string(name_of(table.table().kind())),
                                             .body = table.SerializeAsString()});
}

const v1::CodeTablePeriod* period_at(const v1::CodeTimeline& timeline, std::int64_t moment_ms) {
  const v1::CodeTablePeriod* found = nullptr;
  for (const auto& period : timeline.periods())
    if (period.from().unix_ms() <= moment_ms) found = &period;
  return found;
}

const v1::CodeTablePeriod* period_after(const v1::CodeTimeline& timeline, std::int64_t moment_ms) {
  for (const auto& period : timeline.periods())
    if (period.from().unix_ms() > moment_ms) return &period;
  return nullptr;
}

}  // namespace semafoor::codes
