// SPDX-License-Identifier: Apache-2.0
//
// Messages of an e-Box and their parts, whatever the dialect. Source of every member: contract 2.1,
// definitions Ebox, Message, Attachment, BusinessData and PaymentData.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "semafoor/v1/common.pb.h"

namespace semafoor::upstream {

struct RemoteAttachment {
  std::string id;
  std::string title;
  std::string file_name;
  std::string media_type;
  bool main_content = false;
  // The contract gives kilobytes as a double: a hint, never a check.
  double size_kb = 0;
  // Lower-case hex; empty when the provider gave no digest or one of another method.
  std::string sha256;
  // The file itself carries a signature; the API has none of its own.
  bool file_signed = false;
};

// Amounts stand as the provider wrote them: a double would round them.
struct RemotePayment {
  std::string id;
  std::string amount;
  std::string vat_amount;
  // ISO 4217.
  std::string currency;
  // yyyy-mm-dd; empty when absent.
  std::string due_date;
  std::string iban;
  std::string bic;
  // JSON as it came: the contract says no more than "object".
  std::string reference;
};

struct RemoteMessage {
  std::string id;
  // The message that this one answers; empty for most.
  std::string original_message_id;
  v1::LocalizedText subject;
  // As written by the provider, with its offset; and as milliseconds UTC.
  std::string receipt_date;
  std::int64_t receipt_ms = 0;
  // yyyy-mm-dd; empty when absent.
  std::string expiration_date;
  bool read = false;
  bool visible = true;
  bool registered_mail = false;
  bool reply_authorised = false;
  // Opening the body then marks the message as read, for everybody.
  bool body_main_content = false;
  // A person whom it is for, by a national number: never in a log. Empty for most.
  struct Attention {
    std::string id;
    std::string type;
    std::string name;
  };
  Attention for_the_attention_of;
  std::string message_type_id;
  std::string sender_organisation_id;
  std::string sender_application_id;
  std::vector<RemoteAttachment> attachments;
  struct Datum {
    std::string key;
    v1::LocalizedText name;
    std::vector<v1::LocalizedText> values;
  };
  std::vector<Datum> business_data;
  std::optional<RemotePayment> payment;
  // The element as it came, unknown members included.
  std::string json;
};

struct RemotePage {
  std::vector<RemoteMessage> messages;
  // Of the whole list; of this page alone where the provider did not count (the contract does not
  // ask for it).
  std::int64_t total = 0;
  bool total_given = true;
  // Elements that could not be understood: reason without content. The rest of the page stands.
  std::vector<std::string> rejected;
};

// Of the whole box. At the NSSO the counters include invisible messages (reference ebox-api 2.4).
struct RemoteSummary {
  std::int64_t messages = 0;
  std::optional<std::int64_t> unread;
  // Milliseconds UTC.
  std::optional<std::int64_t> last_receipt_ms;
  std::optional<std::int64_t> last_consultation_ms;
  std::optional<double> size_kb;
};

}  // namespace semafoor::upstream
