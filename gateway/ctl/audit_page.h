// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "semafoor/v1/audit.pb.h"

namespace semafoor::ctl {

// One record on one line, for people.
std::string audit_line(const v1::AuditRecord& record);
// proto3 JSON on one line; persons in hexadecimal, as "audit resolve" takes them.
std::string audit_json(const v1::AuditRecord& record);
std::string finding_line(const v1::AuditFinding& finding);
// "0212214917", or the gateway itself.
std::string chain_name(const v1::CbeNumber& organisation);

}  // namespace semafoor::ctl
