// SPDX-License-Identifier: Apache-2.0
//
// CloudEvents of the POD MI mailbox, read and written. The envelope follows CloudEvents 1.0 and the
// Belgif guide's asynchronous messages; the payloads are of this project (X-): the real ones are
// not public.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/upstream/podmi_client.h"

namespace semafoor::upstream::podmi {

// Context attributes of one event. The error is a reason without content.
Result<MailboxItem> read_item(std::string_view element);

// The `xcursor` of an element that is no usable item, so that the reader can go on behind it.
std::string cursor_of(std::string_view element);

// What the item says to `organisation` (CBE number): every member checked against the project's
// schemas X-signal/1 and X-feedback-result/1. "podmi.unknown_type", "podmi.malformed" with the path
// of the wrong member in `field`; neither tells the member's value.
Result<MailboxContent> read_content(const MailboxItem& item, const std::string& organisation);

// The feedback event (X-feedback/1). The same item gives the same bytes: a repeat must have the
// same data to be known as one.
std::string feedback_event(const v1::FeedbackItem& item, const std::string& signal_reference,
                           const std::string& organisation);

// Body of `GET /v1/feedback/{id}`. The error is a reason without content.
Result<MailboxContent::FeedbackResult> read_status(std::string_view body,
                                                   const std::string& client_id);

// The judgement in the answer to a feedback event, where it comes at once. The error is a reason
// without content.
Result<std::optional<MailboxContent::FeedbackResult>> read_receipt(std::string_view body,
                                                                   const std::string& client_id);

}  // namespace semafoor::upstream::podmi
