// SPDX-License-Identifier: Apache-2.0
//
// When main content is fetched (docs/read-policy.md): the organisation's own word before the
// gateway's settings, a family's before the general one.
#pragma once

#include <map>

#include "semafoor/v1/admin.pb.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::mailbox {

using FamilyPolicies = std::map<v1::MessageFamily, v1::ReadPolicy>;
// Mail that is no business of the social service stays unread for those whose business it is.
FamilyPolicies standard_policies();

// Of the gateway's settings, for organisations that say nothing else.
struct ReadDefaults {
  v1::ReadPolicy general = v1::READ_POLICY_ON_ARRIVAL;
  FamilyPolicies families = standard_policies();

  v1::ReadPolicy of(v1::MessageFamily family) const;
};

// Never UNSPECIFIED.
v1::ReadPolicyInForce read_policy(const ReadDefaults& defaults,
                                  const v1::Organisation& organisation, v1::MessageFamily family);

// Puts `wanted` among the organisation's own; a policy of UNSPECIFIED takes it out.
void set_read_policy(v1::Organisation& organisation, const v1::FamilyReadPolicy& wanted);

}  // namespace semafoor::mailbox
