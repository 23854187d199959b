// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/read_policy.h"

namespace semafoor::mailbox {
namespace {

v1::ReadPolicy own_word(const v1::Organisation& organisation, v1::MessageFamily family) {
  for (const auto& one : organisation.read_policies())
    if (one.family() == family) return one.policy();
  return v1::READ_POLICY_UNSPECIFIED;
}

// A value of a newer gateway: reading less is what can be mended.
v1::ReadPolicy known(v1::ReadPolicy policy) {
  return v1::ReadPolicy_IsValid(policy) ? policy : v1::READ_POLICY_NEVER;
}

}  // namespace

FamilyPolicies standard_policies() {
  return {{v1::MESSAGE_FAMILY_OTHER, v1::READ_POLICY_ON_OPENING}};
}

v1::ReadPolicy ReadDefaults::of(v1::MessageFamily family) const {
  const auto found = families.find(family);
  return found == families.end() ? general : found->second;
}

v1::ReadPolicyInForce read_policy(const ReadDefaults& defaults,
                                  const v1::Organisation& organisation, v1::MessageFamily family) {
  v1::ReadPolicyInForce in_force;
  in_force.set_family(family);
  auto policy = own_word(organisation, family);
  if (policy == v1::READ_POLICY_UNSPECIFIED)
    policy = own_word(organisation, v1::MESSAGE_FAMILY_UNSPECIFIED);
  in_force.set_of_organisation(policy != v1::READ_POLICY_UNSPECIFIED);
  in_force.set_policy(known(in_force.of_organisation() ? policy : defaults.of(family)));
  return in_force;
}

void set_read_policy(v1::Organisation& organisation, const v1::FamilyReadPolicy& wanted) {
  auto& all = *organisation.mutable_read_policies();
  for (auto one = all.begin(); one != all.end();)
    one = one->family() == wanted.family() ? all.erase(one) : one + 1;
  if (wanted.policy() != v1::READ_POLICY_UNSPECIFIED) *all.Add() = wanted;
}

}  // namespace semafoor::mailbox
