// SPDX-License-Identifier: Apache-2.0
//
// What signals and judgements say, whichever wire brought them: the project's schemas X-signal/1,
// X-feedback-result/1 as JSON objects. One place checks every member; a wire only brings its
// messages into this shape. The real schemas are not public.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/upstream/podmi_client.h"

namespace semafoor::upstream::podmi {

inline constexpr std::string_view kSignalCreated = "x-podmi-knipperlicht.v1.signals.notify.created";
inline constexpr std::string_view kFeedbackResult =
    "x-podmi-knipperlicht.v1.feedback.create.result";

// The signal in `data`, for `organisation` (CBE number). "podmi.malformed" with the path of the
// wrong member in `field`; the member's value is not told.
Result<MailboxContent> signal_of(const MailboxItem& item, const nlohmann::json& data,
                                 const std::string& organisation);

// The judgement in `data` on the answer that `named` names.
Result<MailboxContent> result_of(const MailboxItem& item, const nlohmann::json& data,
                                 MailboxContent::FeedbackResult named);

// What became of the answer that `named` names: the word in `member`, RECEIVED or a judgement. The
// error is a reason without content.
Result<MailboxContent::FeedbackResult> standing_of(const nlohmann::json& data, const char* member,
                                                   MailboxContent::FeedbackResult named);

// RECEIVED, ACCEPTED, REFUSED, PARTIALLYACCEPTED; nullopt when it is none.
std::optional<v1::FeedbackState> state_of(std::string_view evaluation);

// Why an item cannot be used.
Error unusable(const MailboxItem& item, const char* code, const std::string& field,
               const std::string& what);

// The agent is pseudonymous on the wire; who it was stands in our audit log only. The same agent of
// the same organisation is the same pseudonym, so that a repeat has the same data. In the form of
// a UUID of version 8 (RFC 9562 section 5.8): 36 characters, the wire's bound.
std::string pseudonym(const std::string& organisation, const std::string& agent);

}  // namespace semafoor::upstream::podmi
