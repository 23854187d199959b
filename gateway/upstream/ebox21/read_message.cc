// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/read_message.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/upstream/ebox21/members.h"
#include "gateway/upstream/http/url.h"
#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/json/slices.h"

namespace semafoor::upstream::ebox21 {
namespace {

using nlohmann::json;

// ".../ebox/messages/<message>/attachments/<attachment>/content", under the provider's own address.
std::string id_from_address(std::string_view base_url, std::string_view message_id,
                            std::string_view href) {
  const std::string path = path_under(base_url, href);
  const std::string before = "/ebox/messages/" + percent_encoded(message_id) + "/attachments/";
  constexpr std::string_view kAfter = "/content";
  if (!path.starts_with(before) || !path.ends_with(kAfter) ||
      path.size() <= before.size() + kAfter.size()) {
    return {};
  }
  std::string id = path.substr(before.size(), path.size() - before.size() - kAfter.size());
  // Only what would be encoded to itself: anything else would need decoding that may go wrong.
  return id.size() <= kLongestId && id == percent_encoded(id) && id != "." && id != ".."
             ? id
             : std::string();
}

RemoteAttachment attachment_of(const json& value, std::string_view message_id,
                               std::string_view base_url) {
  RemoteAttachment attachment;
  attachment.id = identity(value, "attachmentId");
  if (attachment.id.empty()) {
    attachment.id = id_from_address(base_url, message_id, text(value, "contentHref"));
  }
  const v1::LocalizedText title = localized(member(value, "attachmentTitle"));
  for (const std::string* language : {&title.nl(), &title.fr(), &title.de(), &title.en()}) {
    if (attachment.title.empty()) attachment.title = *language;
  }
  attachment.file_name = text(value, "fileName");
  attachment.media_type = text(value, "mediaType");
  attachment.main_content = flag(value, "mainContent");
  attachment.size_kb = kilobytes(value, "size").value_or(0);
  const json& digest = member(value, "digest");
  attachment.sha256 = digest_hex(text(digest, "digestMethod"), text(digest, "digestValue"));
  attachment.file_signed = flag(value, "attachmentSigned");
  return attachment;
}

// `raw`: its members as they came.
std::string number_as_written(const std::map<std::string, std::string_view>& raw,
                              const std::string& name) {
  const auto found = raw.find(name);
  if (found == raw.end() || !json::parse(found->second, nullptr, false).is_number()) return {};
  return std::string(found->second);
}

RemoteMessage::Datum read_datum(const json& value) {
  RemoteMessage::Datum datum;
  datum.key = text(value, "key");
  datum.name = localized(member(value, "name"));
  for (const json& one : items(member(value, "values"))) datum.values.push_back(localized(one));
  return datum;
}

Error reason(const std::string& what) {
  return Error{.kind = ErrorKind::data_loss, .code = "upstream.malformed", .message = what};
}

}  // namespace

std::string digest_hex(std::string_view method, std::string_view value) {
  if (method != "sha_256") return {};
  if (value.size() == 64 && std::all_of(value.begin(), value.end(),
                                        [](unsigned char c) { return std::isxdigit(c) != 0; })) {
    std::string digits(value);
    std::transform(digits.begin(), digits.end(), digits.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return digits;
  }
  const std::optional<std::string> bytes = base64_decoded(value);
  return bytes && bytes->size() == 32 ? hex(*bytes) : std::string();
}

std::optional<Page> read_page(std::string_view body) {
  const auto members = object_members(body);
  if (!members) return std::nullopt;
  const auto total = members->find("totalItems");
  const json count = total == members->end() ? json() : json::parse(total->second, nullptr, false);
  const bool counted = count.is_number_integer() && count.get<std::int64_t>() >= 0;

  Page page;
  page.total_given = counted;
  const auto list = members->find("items");
  if (list == members->end() || list->second == "null") {
    if (!counted || count.get<std::int64_t>() != 0) return std::nullopt;
    return page;
  }
  auto elements = array_elements(list->second);
  if (!elements) return std::nullopt;
  page.items = std::move(*elements);
  page.total = counted ? count.get<std::int64_t>() : static_cast<std::int64_t>(page.items.size());
  return page;
}

Result<RemoteMessage> read_message(std::string_view element, std::string_view base_url) {
  const json value = json::parse(element, nullptr, false);
  if (!value.is_object()) return reason("is not a well-formed JSON object");
  RemoteMessage message;
  message.id = identity(value, "messageId");
  if (message.id.empty()) return reason("has no usable messageId");
  message.receipt_date = text(value, "receiptDate");
  const std::optional<std::int64_t> receipt = domain::parse_moment(message.receipt_date);
  if (!receipt) return reason("has no receiptDate with date, time and offset");
  message.receipt_ms = *receipt;
  message.subject = localized(member(value, "subject"));
  message.original_message_id = identity(value, "originalMessageId");
  message.expiration_date = day(value, "expirationDate");
  message.read = flag(value, "readStatus");
  message.visible = flag(value, "visible", true);
  message.registered_mail = flag(value, "registeredMail");
  message.reply_authorised = flag(value, "replyAuthorized");
  message.body_main_content = flag(value, "bodyMainContent");
  const json& attention = member(value, "forTheAttentionOf");
  message.for_the_attention_of = {text(attention, "id"), text(attention, "type"),
                                  text(attention, "name")};
  message.message_type_id = identity(value, "messageTypeId");
  message.sender_organisation_id = ten_digits(identity(value, "senderOrganizationId"));
  message.sender_application_id = identity(value, "senderApplicationId");
  for (const json& one : items(member(value, "attachments"))) {
    if (one.is_object()) {
      message.attachments.push_back(attachment_of(one, message.id, base_url));
    }
  }
  for (const json& one : items(member(value, "businessDataList"))) {
    if (one.is_object()) message.business_data.push_back(read_datum(one));
  }
  // What nests too deep to be cut has no payment data that could be read.
  if (const auto members = object_members(element)) {
    const auto payment = members->find("paymentData");
    if (payment != members->end()) message.payment = read_payment(payment->second);
  }
  message.json = std::string(element);
  return message;
}

std::optional<RemoteAttachment> read_attachment(std::string_view element,
                                                std::string_view message_id,
                                                std::string_view base_url) {
  const json value = json::parse(element, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  return attachment_of(value, message_id, base_url);
}

std::optional<RemotePayment> read_payment(std::string_view element) {
  const json value = json::parse(element, nullptr, false);
  const auto raw = object_members(element);
  if (!value.is_object() || !raw) return std::nullopt;
  RemotePayment payment{.id = identity(value, "paymentDataId"),
                        .amount = number_as_written(*raw, "amount"),
                        .vat_amount = number_as_written(*raw, "vatAmount"),
                        .currency = text(value, "currency"),
                        .due_date = day(value, "dueDate"),
                        .iban = text(value, "iban"),
                        .bic = text(value, "bic"),
                        .reference = {}};
  if (payment.amount.empty() && payment.iban.empty()) return std::nullopt;
  if (const auto reference = raw->find("reference"); reference != raw->end()) {
    payment.reference = std::string(reference->second);
  }
  return payment;
}

std::optional<RemoteSummary> read_summary(std::string_view body) {
  const json value = json::parse(body, nullptr, false);
  if (!member(value, "numberOfMessages").is_number_integer()) return std::nullopt;
  return RemoteSummary{
      // The contract allows any int32; fewer than none are none.
      .messages = count(value, "numberOfMessages").value_or(0),
      .unread = count(value, "numberOfUnreadMessages"),
      .last_receipt_ms = domain::parse_moment(text(value, "lastReceiptDate")),
      .last_consultation_ms = domain::parse_moment(text(value, "lastConsultationDate")),
      .size_kb = kilobytes(value, "eboxSize")};
}

std::optional<v1::LocalizedText> read_body(std::string_view body) {
  const json value = json::parse(body, nullptr, false);
  const bool any_language =
      value.contains("nl") || value.contains("fr") || value.contains("de") || value.contains("en");
  if (!value.is_object() || (!value.empty() && !any_language)) return std::nullopt;
  return localized(value);
}

}  // namespace semafoor::upstream::ebox21
