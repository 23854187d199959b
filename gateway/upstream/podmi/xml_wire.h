// SPDX-License-Identifier: Apache-2.0
//
// Signals, answers and judgements as XML: what SOA and SSDN carry (wire/x-podmi-1.xsd). Of this
// project, prefix X-: the real messages are not public.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/upstream/podmi_client.h"
#include "gateway/upstream/xml/document.h"
#include "gateway/upstream/xml/writer.h"

namespace semafoor::upstream::podmi {

inline constexpr char kWire[] = "urn:x-semafoor:podmi:1";
inline constexpr char kSoaWire[] = "urn:x-semafoor:podmi:soa:1";
// Of a message whose identity is the ticket of the authority.
inline constexpr char kTickets[] = "urn:x-semafoor:podmi:1:tickets";

enum class Operation { fetch_messages, acknowledge_messages, send_feedback, find_feedback };
// "fetchMessages"; the elements are this with "Request" and "Response" behind it.
std::string name_of(Operation operation);

// The members of the four requests, as children of the element that is open.
// Without a cursor: from the oldest that is there.
void write_fetch(xml::Writer& writer, const std::string& cursor, int limit);
void write_acknowledge(xml::Writer& writer, const std::string& cursor);
// The same item gives the same bytes.
void write_feedback(xml::Writer& writer, const v1::FeedbackItem& item,
                    const std::string& signal_reference, const std::string& organisation);
void write_find(xml::Writer& writer, const v1::FeedbackItem& item);

// The messages in a fetchMessagesResponse, each kept as the XML it is (canonical).
MailboxBatch read_messages(const xml::Element& response);

// What an item of read_messages says to `organisation` (CBE number). Errors as read_content().
Result<MailboxContent> read_message(const MailboxItem& item, const std::string& organisation);

// The feedbackResult in an answer about `item`; nullopt: there is none. The error is a reason
// without content.
Result<std::optional<MailboxContent::FeedbackResult>> read_outcome(const xml::Element& response,
                                                                   const v1::FeedbackItem& item);

}  // namespace semafoor::upstream::podmi
