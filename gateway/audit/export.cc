// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/export.h"

#include <string>

namespace semafoor::audit {
namespace {

// As many records as one message may have to hold at worst.
constexpr int kBlock = 100;

}  // namespace

Result<bool> Export::step(v1::ExportAuditResponse& response) {
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto count = reader.audit_rows(org_, after_, kBlock, [&](const store::AuditRow& row) {
      v1::StoredAuditRecord& record = *response.add_records();
      record.set_number(row.number);
      record.set_time_ms(row.time_ms);
      record.set_hash(std::string(row.hash));
      record.set_record(std::string(row.body));
      after_ = row.number;
    });
    if (!count) return count.error();
    if (*count == kBlock) return {};
    auto head = reader.audit_head(org_);
    if (!head) return head.error();
    v1::AuditHead& end = *response.mutable_head();
    if (!org_.empty()) end.mutable_organisation()->set_value(org_);
    end.set_number(head->number);
    end.set_hash(head->hash);
    return {};
  });
  if (!read) return read.error();
  return !response.has_head();
}

}  // namespace semafoor::audit
