// SPDX-License-Identifier: Apache-2.0
//
// Who does something by a call, and why, as the audit has it: the caller by the session, the rest
// by what the call's metadata says.
#pragma once

#include <string>
#include <string_view>

#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/rpc/gate.h"
#include "gateway/store/store.h"

namespace semafoor::rpc {

// Names of metadata; those in -bin are UTF-8.
inline constexpr char kActorIdMetadata[] = "semafoor-actor-id-bin";
inline constexpr char kActorNameMetadata[] = "semafoor-actor-name-bin";
inline constexpr char kPurposeMetadata[] = "semafoor-purpose-bin";
inline constexpr char kReasonMetadata[] = "semafoor-reason-bin";
inline constexpr char kLegalContextMetadata[] = "semafoor-legal-context";
inline constexpr char kCorrelationMetadata[] = "semafoor-correlation-id";

// Empty when it is not there.
std::string_view metadata(const Context& context, const char* key);
// What the caller sent, when it is harmless in a log line; else empty.
std::string sent_correlation_id(const Context& context);

// "request.invalid" when a text is too long, no UTF-8, or a national number.
Result<domain::Act> act_of(const Session& session, const Context& context);
// The call's act with its reason: that of the request, else of the metadata.
// "request.reason_missing".
Result<domain::Act> act_with_reason(const Call& call, const std::string& reason);
// Of a call that is refused: without what the call says of itself, which nobody has looked at.
// `session` may be null.
domain::Act refused_act(const Session* session, const Context& context);

// Returns after the commit: what is shown, or about to be done elsewhere, is on record.
Result<void> record(store::Store& store, const store::Org& chain, const store::AuditEntry& entry);

}  // namespace semafoor::rpc
