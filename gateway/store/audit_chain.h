// SPDX-License-Identifier: Apache-2.0
//
// How the hashes of an audit chain are made. Whoever appends and whoever verifies use this.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace semafoor::store {

using AuditHash = std::array<char, 32>;

// What stands before the first record: SHA-256("semafoor audit 1:" || org). So a chain is of one
// organisation, and cannot be passed off as another's.
AuditHash audit_chain_start(std::string_view org);

// SHA-256 over a former hash and a record. One object a thread: it keeps its context, which costs
// more to make than to use.
class AuditHasher {
 public:
  AuditHasher();
  ~AuditHasher();
  AuditHasher(const AuditHasher&) = delete;
  AuditHasher& operator=(const AuditHasher&) = delete;

  AuditHash next(std::string_view before, std::string_view record);

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

inline std::string_view view(const AuditHash& hash) {
  return {hash.data(), hash.size()};
}

}  // namespace semafoor::store
