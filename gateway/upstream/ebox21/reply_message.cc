// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/reply_message.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "gateway/domain/text.h"
#include "gateway/upstream/ebox21/digest_stream.h"
#include "gateway/upstream/json/encoding.h"

namespace semafoor::upstream::ebox21 {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestSubject = 400;
constexpr std::size_t kLongestFileName = 255;
constexpr std::size_t kLongestValue = 256;
constexpr std::size_t kPiece = 64 * 1024;

// Contract 2.1, Attachment.mediaType.
constexpr std::array<std::string_view, 15> kMediaTypes{
    "application/pdf",
    "application/zip",
    "text/csv",
    "text/html",
    "text/plain",
    "text/xml",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.graphics",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-powerpoint",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document"};

Error bad_reply(const std::string& what, const std::string& field) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "upstream.bad_reply",
               .message = "Replying to a message of the e-Box: " + what +
                          ". Nothing was sent; correct the reply.",
               .field = field};
}

// Characters and not bytes: the FAQ counts so.
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// The three languages of the contract.
std::array<std::pair<const char*, const std::string*>, 3> languages(const v1::LocalizedText& text) {
  return {{{"nl", &text.nl()}, {"fr", &text.fr()}, {"de", &text.de()}}};
}

// Empty when the text can be sent; otherwise what is wrong with it.
std::string problem_of(const v1::LocalizedText& text, std::size_t longest) {
  bool any = false;
  for (const auto& [language, value] : languages(text)) {
    if (value->empty()) continue;
    any = true;
    if (!domain::is_utf8(*value)) return "is no text";
    if (longest > 0 && characters(*value) > longest) {
      return "is longer than " + std::to_string(longest) + " characters";
    }
  }
  return any ? "" : "has no text in Dutch, French or German";
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && domain::is_utf8(name) &&
         characters(name) <= kLongestFileName &&
         std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c < ' ' || c == 127 || c == '/' || c == '\\'; });
}

json to_json(const v1::LocalizedText& text) {
  json object = json::object();
  for (const auto& [language, value] : languages(text)) {
    if (!value->empty()) object[language] = *value;
  }
  return object;
}

bool is_empty(const v1::LocalizedText& text) {
  return text.nl().empty() && text.fr().empty() && text.de().empty();
}

Result<void> check_attachment(const ReplyAttachment& attachment, const std::string& field) {
  if (!is_plain_name(attachment.file_name)) {
    return bad_reply("the name of an attachment is not a file name of 1 to 255 characters",
                     field + ".file_name");
  }
  if (std::find(kMediaTypes.begin(), kMediaTypes.end(), attachment.media_type) ==
      kMediaTypes.end()) {
    return bad_reply("the e-Box does not take files of the type of " + attachment.file_name,
                     field + ".media_type");
  }
  if (!is_empty(attachment.title)) {
    if (const std::string what = problem_of(attachment.title, 0); !what.empty()) {
      return bad_reply("the title of an attachment " + what, field + ".title");
    }
  }
  if (!attachment.content) return bad_reply("an attachment has no content", field + ".content");
  return {};
}

}  // namespace

Result<void> check_reply(const ReplyMessage& reply) {
  if (reply.original_message_id.empty()) {
    return bad_reply("it does not say which message it answers", "original_message_id");
  }
  if (reply.recipient_id.empty() ||
      (reply.recipient_type != "enterprise" && reply.recipient_type != "citizen")) {
    return bad_reply("it has no recipient of the type enterprise or citizen", "recipient");
  }
  if (const std::string what = problem_of(reply.subject, kLongestSubject); !what.empty()) {
    return bad_reply("the subject " + what, "subject");
  }
  std::size_t main_contents = 0;
  if (reply.body) {
    if (const std::string what = problem_of(*reply.body, 0); !what.empty()) {
      return bad_reply("the body " + what, "body");
    }
    main_contents += reply.body_main_content ? 1 : 0;
  }
  for (const RemoteMessage::Datum& datum : reply.business_data) {
    if (datum.key.empty() || datum.values.empty()) {
      return bad_reply("business data have no key or no value", "business_data");
    }
    for (const v1::LocalizedText& value : datum.values) {
      if (const std::string what = problem_of(value, kLongestValue); !what.empty()) {
        return bad_reply("a value of the business data " + what, "business_data");
      }
    }
  }
  if (reply.attachments.size() > kMostReplyAttachments) {
    return bad_reply("it has more than six attachments", "attachments");
  }
  for (std::size_t i = 0; i < reply.attachments.size(); ++i) {
    if (auto checked =
            check_attachment(reply.attachments[i], "attachments[" + std::to_string(i) + "]");
        !checked) {
      return checked;
    }
    main_contents += reply.attachments[i].main_content ? 1 : 0;
  }
  if (main_contents != 1) {
    return bad_reply("exactly one of its body and attachments is the main content", "attachments");
  }
  return {};
}

Result<Measured> measure(const ContentSource& content) {
  auto reader = content();
  if (!reader) return std::move(reader).error();
  DigestStream digest;
  Measured measured;
  std::vector<std::byte> piece(kPiece);
  for (;;) {
    Result<std::size_t> got = (*reader)->read(piece);
    if (!got) return std::move(got).error();
    if (*got == 0) break;
    measured.size += *got;
    digest.add(std::span(piece).first(*got));
  }
  measured.sha256 = digest.finish();
  return measured;
}

std::string part_name(std::size_t index) {
  return "upfile" + std::to_string(index + 1);
}

std::string message_to_publish(const ReplyMessage& reply, const std::vector<Measured>& measured) {
  json message = {
      {"recipient", {{"eboxType", reply.recipient_type}, {"eboxIdValue", reply.recipient_id}}},
      {"originalMessageId", reply.original_message_id},
      {"subject", to_json(reply.subject)},
      {"bodyMainContent", reply.body.has_value() && reply.body_main_content},
      {"replyAuthorized", false}};
  const auto put = [&message](const char* name, const std::string& value) {
    if (!value.empty()) message[name] = value;
  };
  put("messageTypeId", reply.message_type_id);
  put("senderOrganizationId", reply.sender_organisation_id);
  put("senderApplicationId", reply.sender_application_id);
  if (reply.body) message["bodyContent"] = to_json(*reply.body);
  for (const RemoteMessage::Datum& datum : reply.business_data) {
    json one = {{"key", datum.key}, {"values", json::array()}};
    if (!is_empty(datum.name)) one["name"] = to_json(datum.name);
    for (const v1::LocalizedText& value : datum.values) one["values"].push_back(to_json(value));
    message["businessDataList"].push_back(std::move(one));
  }
  for (std::size_t i = 0; i < reply.attachments.size(); ++i) {
    const ReplyAttachment& attachment = reply.attachments[i];
    json one = {
        {"httpPartName", part_name(i)},
        {"mainContent", attachment.main_content},
        {"attachmentSigned", attachment.file_signed},
        {"digest", {{"digestMethod", "sha_256"}, {"digestValue", base64url(measured[i].sha256)}}}};
    if (!is_empty(attachment.title)) one["attachmentTitle"] = to_json(attachment.title);
    message["attachments"].push_back(std::move(one));
  }
  return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace semafoor::upstream::ebox21
