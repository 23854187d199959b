// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/export_file.h"

#include "gateway/domain/hex.h"

namespace semafoor::audit {

std::string first_line(const std::string& org) {
  return R"({"semafoor_audit":1,"organisation":")" + org + "\"}\n";
}

std::string record_line(const v1::StoredAuditRecord& record) {
  return R"({"number":)" + std::to_string(record.number()) + R"(,"time_ms":)" +
         std::to_string(record.time_ms()) + R"(,"hash":")" + domain::to_hex(record.hash()) +
         R"(","record":")" + domain::to_hex(record.record()) + "\"}\n";
}

std::string last_line(const v1::AuditHead& head) {
  return R"({"end":)" + std::to_string(head.number()) + R"(,"hash":")" +
         domain::to_hex(head.hash()) + "\"}\n";
}

}  // namespace semafoor::audit
