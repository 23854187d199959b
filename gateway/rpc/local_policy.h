// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/rpc/sessions.h"

namespace semafoor::rpc {

// One `[[local.allow]]` of the configuration, with names already turned into numbers. A rule that
// names both a user and a group wants both.
struct AllowRule {
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  Access access;
};

// Which local accounts may connect, and to what. The gateway's own account and root may do
// everything: they could read the data folder anyway. The others get the sum of the rules that fit
// them.
class LocalPolicy {
 public:
  LocalPolicy(std::uint32_t own_uid, std::vector<AllowRule> rules)
      : own_uid_(own_uid), rules_(std::move(rules)) {}

  // Nothing: this account may not connect.
  std::optional<Access> access_of(const PeerIdentity& peer) const;

 private:
  std::uint32_t own_uid_;
  std::vector<AllowRule> rules_;
};

}  // namespace semafoor::rpc
