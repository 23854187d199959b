// SPDX-License-Identifier: Apache-2.0
//
// What dialect 2.1 sends, as values of ours. Tolerant: what is missing, null or of another type is
// left empty, unknown members are kept in `RemoteMessage::json`; only an element without an
// identity or without a receipt date is refused. Source of every member: the contract's definitions
// Ebox, Message, Attachment, BusinessData and PaymentData; of the tolerance: reference ebox-api
// 2.3, 2.4 and 7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/ebox_message.h"

namespace semafoor::upstream::ebox21 {

// A page as the contract wraps it: {"items": [...], "totalItems": n}.
struct Page {
  std::vector<std::string_view> items;
  // The number of items when the provider gives none.
  std::int64_t total = 0;
  bool total_given = false;
};

// Views into `body`. nullopt when it is no such page. Items that are absent or null count as none
// only beside a total of 0: any other JSON would pass for an empty mailbox.
std::optional<Page> read_page(std::string_view body);

// `element` is one JSON text; `base_url` serves to find the id of an attachment that names only the
// address of its content. The error is a reason without content.
Result<RemoteMessage> read_message(std::string_view element, std::string_view base_url);

// nullopt when it is no JSON object.
std::optional<RemoteAttachment> read_attachment(std::string_view element,
                                                std::string_view message_id,
                                                std::string_view base_url);
// nullopt when it is no JSON object, or names neither an amount nor an account.
std::optional<RemotePayment> read_payment(std::string_view element);
// nullopt when it does not count the messages.
std::optional<RemoteSummary> read_summary(std::string_view body);
// nullopt when it is no JSON object, or one of something else than languages; one without any
// member is an empty text.
std::optional<v1::LocalizedText> read_body(std::string_view body);

// Lower-case hex of a sha_256 digest value: base64url as the contract says, also the plain base64
// and hex that senders write by mistake. Empty when it is no SHA-256.
std::string digest_hex(std::string_view method, std::string_view value);

}  // namespace semafoor::upstream::ebox21
