// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <string>

#include "gateway/domain/result.h"
#include "gateway/mailbox/retention.h"
#include "gateway/rpc/gate.h"
#include "semafoor/v1/admin.pb.h"

namespace semafoor::rpc {

using Retentions = google::protobuf::RepeatedPtrField<v1::FamilyRetention>;

// `retention` is null in a gateway that keeps all. Every family, and first, under UNSPECIFIED, what
// is for those without a word of their own.
google::protobuf::RepeatedPtrField<v1::RetentionInForce> retentions_in_force(
    const mailbox::Retention* retention, const v1::Organisation& organisation);
// "request.invalid".
Result<void> check_retentions(const v1::SetRetentionRequest& request);
// For log and audit: "MESSAGE_FAMILY_OTHER=365 MESSAGE_FAMILY_CORRECTION=for_ever".
std::string retention_list(const Retentions& retentions);
// Blocks while it counts.
Result<void> preview_retention(mailbox::Retention* retention, const Call& call,
                               const v1::PreviewRetentionRequest& request,
                               v1::PreviewRetentionResponse& response);

}  // namespace semafoor::rpc
