// SPDX-License-Identifier: Apache-2.0
//
// What dialect 3 sends, rewritten into the members of dialect 2.1 and read as such. Dialect 3 is
// provisional: its contract is not public. What is known of its differences (reference ebox-api
// 2.5), with the marks of that page (D: read in official documentation; D*: read in an official
// page that was cut off; ?: inference):
//
//   D   booleans begin with "is": isMainContent, isAttachmentSigned, isReplyAuthorized,
//       isBodyMainContent, isRegisteredMail
//   ?   so do isRead and isVisible
//   D   sender {eboxType, enterpriseNumber, partition?}; senderOrganizationId is gone
//   D   forTheAttentionOf {ssin, label}
//   ?   everything else keeps the names of 2.1
//
// Because half of it is inference, both names of a boolean are taken; the new one counts when a
// message has both.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/upstream/ebox_client.h"

namespace semafoor::upstream::ebox3 {

// As ebox21::read_message(). `RemoteMessage::json` is the element as it came, not as rewritten.
Result<RemoteMessage> read_message(std::string_view element, std::string_view base_url);

}  // namespace semafoor::upstream::ebox3
