// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/rpc/access.h"
#include "gateway/rpc/program.h"
#include "gateway/rpc/sessions.h"

namespace semafoor::rpc {

// One `[[local.allow]]` of the configuration, with names already turned into numbers. A rule that
// names several things wants all of them.
struct AllowRule {
  // As PeerIdentity writes them; one of the two at least.
  std::optional<std::string> account;
  std::optional<std::string> group;
  // The program's file; empty: any.
  std::filesystem::path program;
  // Of its content, lower-case hexadecimal; empty: any.
  std::string sha256;
  Access access;
};

// Which local callers may connect, and to what. The masters (accounts or groups: the gateway's own
// account, and those the system lets do everything) could read the data folder anyway, and may do
// everything. The others get the sum of the rules that fit them.
class LocalPolicy {
 public:
  LocalPolicy(std::set<std::string> masters, std::vector<AllowRule> rules)
      : masters_(std::move(masters)), rules_(std::move(rules)) {}

  // "attestation.refused": no rule is for this account. "attestation.program": one is, for another
  // program than the one that asked.
  Result<Rights> access_of(const PeerIdentity& peer, const ProgramLook& look) const;

 private:
  std::set<std::string> masters_;
  std::vector<AllowRule> rules_;
};

}  // namespace semafoor::rpc
