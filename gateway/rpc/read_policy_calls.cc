// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/read_policy_calls.h"

#include <string_view>

#include "gateway/rpc/errors.h"

namespace semafoor::rpc {
namespace {

constexpr int kMostPolicies = 50;

}  // namespace

google::protobuf::RepeatedPtrField<v1::ReadPolicyInForce> policies_in_force(
    const mailbox::ReadDefaults& defaults, const v1::Organisation& organisation) {
  google::protobuf::RepeatedPtrField<v1::ReadPolicyInForce> all;
  for (int family = v1::MessageFamily_MIN; family <= v1::MessageFamily_MAX; ++family)
    if (v1::MessageFamily_IsValid(family))
      *all.Add() =
          mailbox::read_policy(defaults, organisation, static_cast<v1::MessageFamily>(family));
  return all;
}

Result<void> check_policies(const v1::SetReadPolicyRequest& request) {
  if (request.policies().empty() || request.policies_size() > kMostPolicies)
    return invalid("policies", "Name the policy of 1 to 50 families in one call.");
  for (const auto& one : request.policies()) {
    if (!v1::MessageFamily_IsValid(one.family()))
      return invalid("policies", "A message family is not known. Use those of ListFamilies.");
    if (!v1::ReadPolicy_IsValid(one.policy()))
      return invalid("policies",
                     "A read policy is not known. Send READ_POLICY_ON_ARRIVAL, "
                     "READ_POLICY_ON_OPENING or READ_POLICY_NEVER, or UNSPECIFIED for that of the "
                     "settings.");
  }
  return {};
}

std::string policy_list(const v1::Organisation& organisation) {
  constexpr std::string_view kFamily = "MESSAGE_FAMILY_";
  constexpr std::string_view kPolicy = "READ_POLICY_";
  std::string list;
  for (const auto& one : organisation.read_policies()) {
    const std::string family = v1::MessageFamily_Name(one.family());
    const std::string policy = v1::ReadPolicy_Name(one.policy());
    list += (list.empty() ? "" : " ") +
            (family.size() > kFamily.size() ? family.substr(kFamily.size()) : family) + "=" +
            (policy.size() > kPolicy.size() ? policy.substr(kPolicy.size()) : policy);
  }
  return list;
}

}  // namespace semafoor::rpc
