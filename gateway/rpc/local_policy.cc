// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/local_policy.h"

#include <algorithm>

namespace semafoor::rpc {
namespace {

bool fits(const AllowRule& rule, const PeerIdentity& peer) {
  if (!rule.uid && !rule.gid) return false;
  if (rule.uid && *rule.uid != peer.uid) return false;
  return !rule.gid || *rule.gid == peer.gid ||
         std::find(peer.groups.begin(), peer.groups.end(), *rule.gid) != peer.groups.end();
}

}  // namespace

std::optional<Access> LocalPolicy::access_of(const PeerIdentity& peer) const {
  if (peer.uid == 0 || peer.uid == own_uid_)
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
