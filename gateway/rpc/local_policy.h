// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/rpc/sessions.h"

namespace semafoor::rpc {

// One `[[local.allow]]` of the configuration, with names already turned into numbers. A rule that
// names both a user and a group wants both.
struct AllowRule {
  // As PeerIdentity writes them.
  std::optional<std::string> account;
  std::optional<std::string> group;
  Access access;
};

// Which local accounts may connect, and to what. The masters (accounts or groups: the gateway's own
// account, and those the system lets do everything) could read the data folder anyway, and may do
// everything. The others get the sum of the rules that fit them.
class LocalPolicy {
 public:
  LocalPolicy(std::set<std::string> masters, std::vector<AllowRule> rules)
      : masters_(std::move(masters)), rules_(std::move(rules)) {}

  // Nothing: this account may not connect.
  std::optional<Access> access_of(const PeerIdentity& peer) const;

 private:
  std::set<std::string> masters_;
  std::vector<AllowRule> rules_;
};

}  // namespace semafoor::rpc
