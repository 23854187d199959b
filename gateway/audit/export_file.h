// SPDX-License-Identifier: Apache-2.0
//
// An exported chain as a file: lines of JSON, so that others can read and verify it too. First
//   {"semafoor_audit":1,"organisation":"0212214917"}
// (an empty number is the gateway's own chain), then each record
//   {"number":1,"time_ms":1795000000000,"hash":"<hex>","record":"<hex>"}
// where `record` are the bytes of an AuditRecord, and last where the chain ends:
//   {"end":1,"hash":"<hex>"}
#pragma once

#include <string>

#include "semafoor/v1/audit.pb.h"

namespace semafoor::audit {

// Each with its end of line.
std::string first_line(const std::string& org);
std::string record_line(const v1::StoredAuditRecord& record);
std::string last_line(const v1::AuditHead& head);

}  // namespace semafoor::audit
