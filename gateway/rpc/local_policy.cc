// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/local_policy.h"

#include <algorithm>

namespace semafoor::rpc {
namespace {

bool belongs_to(const PeerIdentity& peer, const std::string& group) {
  return std::find(peer.groups.begin(), peer.groups.end(), group) != peer.groups.end();
}

bool fits(const AllowRule& rule, const PeerIdentity& peer) {
  if (!rule.account && !rule.group) return false;
  if (rule.account && *rule.account != peer.account) return false;
  return !rule.group || belongs_to(peer, *rule.group);
}

}  // namespace

std::optional<Access> LocalPolicy::access_of(const PeerIdentity& peer) const {
  if (masters_.contains(peer.account) ||
      std::any_of(masters_.begin(), masters_.end(),
                  [&](const std::string& master) { return belongs_to(peer, master); }))
    return Access{.admin = true, .all_organisations = true, .organisations = {}};
  std::optional<Access> sum;
  for (const AllowRule& rule : rules_) {
    if (!fits(rule, peer)) continue;
    if (!sum) sum.emplace();
    sum->admin |= rule.access.admin;
    sum->all_organisations |= rule.access.all_organisations;
    sum->organisations.insert(rule.access.organisations.begin(), rule.access.organisations.end());
  }
  return sum;
}

}  // namespace semafoor::rpc
