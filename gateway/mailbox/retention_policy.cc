// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/retention_policy.h"

namespace semafoor::mailbox {
namespace {

bool says_something(const v1::FamilyRetention& one) {
  return one.for_ever() || one.keep_days() != 0;
}

const v1::FamilyRetention* own_word(const v1::Organisation& organisation,
                                    v1::MessageFamily family) {
  for (const auto& one : organisation.retentions())
    if (one.family() == family && says_something(one)) return &one;
  return nullptr;
}

// What cannot have been said is not acted on.
int days_of(const v1::FamilyRetention& one) {
  return one.for_ever() || !is_retention(one.keep_days()) ? 0 : one.keep_days();
}

}  // namespace

int RetentionDefaults::of(v1::MessageFamily family) const {
  const auto found = families.find(family);
  return found == families.end() ? general : found->second;
}

bool is_retention(int days) {
  return days == 0 || (days >= kFewestDays && days <= kMostDays);
}

v1::RetentionInForce retention(const RetentionDefaults& defaults,
                               const v1::Organisation& organisation, v1::MessageFamily family) {
  v1::RetentionInForce in_force;
  in_force.set_family(family);
  const auto* own = own_word(organisation, family);
  if (own == nullptr) own = own_word(organisation, v1::MESSAGE_FAMILY_UNSPECIFIED);
  in_force.set_of_organisation(own != nullptr);
  in_force.set_keep_days(own != nullptr ? days_of(*own) : defaults.of(family));
  return in_force;
}

void set_retention(v1::Organisation& organisation, const v1::FamilyRetention& wanted) {
  auto& all = *organisation.mutable_retentions();
  for (auto one = all.begin(); one != all.end();)
    one = one->family() == wanted.family() ? all.erase(one) : one + 1;
  if (says_something(wanted)) *all.Add() = wanted;
}

}  // namespace semafoor::mailbox
