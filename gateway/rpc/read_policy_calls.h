// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <string>

#include "gateway/domain/result.h"
#include "gateway/mailbox/read_policy.h"
#include "semafoor/v1/admin.pb.h"

namespace semafoor::rpc {

// Every family, and first, under UNSPECIFIED, what is for those without a word of their own.
google::protobuf::RepeatedPtrField<v1::ReadPolicyInForce> policies_in_force(
    const mailbox::ReadDefaults& defaults, const v1::Organisation& organisation);
// "request.invalid".
Result<void> check_policies(const v1::SetReadPolicyRequest& request);
// The organisation's own, for the log: "OTHER=NEVER".
std::string policy_list(const v1::Organisation& organisation);

}  // namespace semafoor::rpc
