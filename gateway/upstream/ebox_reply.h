// SPDX-License-Identifier: Apache-2.0
//
// A reply to a message of the e-Box. Source of every member and bound: contract 2.1, definition
// MessageToPublish; where "NSSO" is named, the official FAQ (reference ebox-api 6.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/content_source.h"
#include "gateway/upstream/ebox_message.h"
#include "gateway/upstream/send_outcome.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::upstream {

struct ReplyAttachment {
  // 1 to 255 characters (NSSO), without a path.
  std::string file_name;
  // One of the contract's media types.
  std::string media_type;
  v1::LocalizedText title;
  bool main_content = false;
  bool file_signed = false;
  ContentSource content;
};

struct ReplyMessage {
  // The message answered; it must say reply_authorised.
  std::string original_message_id;
  // Whom it goes to: the sender of the original. Type "enterprise" (CBE number of ten digits) or
  // "citizen" (national number).
  std::string recipient_type = "enterprise";
  std::string recipient_id;
  // At most 400 characters. nl, fr and de exist in the contract; the NSSO takes one language only.
  v1::LocalizedText subject;
  // Optional, for what the provider does not take from the original.
  std::string message_type_id;
  std::string sender_organisation_id;
  std::string sender_application_id;
  std::optional<v1::LocalizedText> body;
  bool body_main_content = false;
  // Values of at most 256 characters (NSSO).
  std::vector<RemoteMessage::Datum> business_data;
  // At most six; exactly one main content among them and the body (NSSO).
  std::vector<ReplyAttachment> attachments;
};

struct ReplyOutcome {
  SendOutcome state = SendOutcome::unknown;
  // When received: what the provider calls it, and until when it keeps it (yyyy-mm-dd or empty).
  std::string message_id;
  std::string expiration_date;
  // A remark that is no error, such as NO_DIGITAL_USER: the recipient never opened its e-Box.
  std::string code;
  std::string text;
  // When unknown: what happened, for the person who decides.
  std::optional<Error> why_unknown;
};

}  // namespace semafoor::upstream
