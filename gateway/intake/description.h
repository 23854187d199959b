// SPDX-License-Identifier: Apache-2.0
//
// What a person tells of a file that was downloaded from the portal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::intake {

struct Description {
  // A plain name, UTF-8, at most 255 bytes.
  std::string file_name;
  // Empty: the file's name without its ending.
  v1::LocalizedText subject;
  v1::LocalizedText sender_name;
  std::string sender_organisation;
  std::optional<v1::Date> received_on;
  std::optional<v1::Date> expires_on;
  // UNSPECIFIED: by the message type.
  v1::MessageFamily family = v1::MESSAGE_FAMILY_UNSPECIFIED;
  std::string message_type_id;
  std::string downloaded_by;
};

// Mends how the sender's number is written. Errors "intake.invalid", with the field in the names of
// v1.UploadHead.
Result<void> check(Description& description);

// One path component, UTF-8, 1 to 255 bytes, without control characters.
bool is_plain_name(std::string_view name);
// By the ending of the name: one of contract 2.1's, or application/octet-stream.
std::string media_type_of(std::string_view file_name);

}  // namespace semafoor::intake
