// SPDX-License-Identifier: Apache-2.0
//
// What the audit is given, and what it gives back. The record itself is AuditRecord of
// proto/semafoor/v1/audit.proto.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/act.h"

namespace semafoor::store {

// The chain of what belongs to no organisation.
inline constexpr char kGatewayChain[] = "";

// An act that is to be recorded.
struct AuditEntry {
  // "signal.assign".
  std::string what;
  domain::Act act;
  // "signal", and its local id; the id is empty for a list.
  std::string subject_kind;
  std::string subject_id;
  // National numbers; each is kept once, as a keyed hash.
  std::vector<std::string> persons;
  // The code of the error that it ended with; empty: it was done.
  std::string result;
  // The upstream's reference.
  std::string upstream_ticket;
  // How often, where repeats are one record.
  std::int64_t count = 1;
  // Fixed words, without personal data.
  std::string detail;
};

// Where a chain ends.
struct AuditHead {
  // Of the last record; 0 and an empty hash: there is none.
  std::int64_t number = 0;
  std::string hash;
};

// A record as it stands in the database.
struct AuditRow {
  std::int64_t number = 0;
  std::int64_t time_ms = 0;
  std::string_view hash;
  // A serialised AuditRecord.
  std::string_view body;
};

using AuditVisitor = std::function<void(const AuditRow&)>;

}  // namespace semafoor::store
