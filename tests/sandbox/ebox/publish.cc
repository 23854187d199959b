// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ebox/publish.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "tests/sandbox/content/digest.h"

namespace semafoor::sandbox::ebox {
namespace {

using http::Json;
using ledger::Ledger;

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

Refusal invalid(std::string message) {
  return {400, "INVALID_INPUT", std::move(message)};
}

bool holds_null(const Json& value) {
  if (value.is_null()) return true;
  if (!value.is_structured()) return false;
  return std::any_of(value.begin(), value.end(), holds_null);
}

bool is_text(const Json& object, const char* name) {
  return object.contains(name) && object[name].is_string() &&
         !object[name].get<std::string>().empty();
}

bool is_flag(const Json& object, const char* name) {
  return object.contains(name) && object[name].is_boolean();
}

// Exactly one of the languages of the contract, as the official provider wants it.
std::optional<Refusal> check_words(const Json& words, const std::string& what) {
  if (!words.is_object() || words.empty()) return invalid(what + " has no language");
  for (const auto& [language, value] : words.items()) {
    if (language != "nl" && language != "fr" && language != "de") {
      return invalid(what + " has a language that the contract does not know");
    }
    if (!value.is_string()) return invalid(what + " is no text");
  }
  if (words.size() > 1) return Refusal{400, "NOT_IMPLEMENTED", what + " has several languages"};
  return std::nullopt;
}

std::string unescaped(const std::string& name) {
  std::string plain;
  for (std::size_t i = 0; i < name.size(); ++i) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    if (name[i] == '%' && i + 2 < name.size()) {
      auto high = kHex.find(name[i + 1]);
      auto low = kHex.find(name[i + 2]);
      if (high != std::string_view::npos && low != std::string_view::npos) {
        plain += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    plain += name[i];
  }
  return plain;
}

std::optional<Refusal> check_file(const Json& item, const http::FormPart& part,
                                  Ledger::ReplySeen& reply) {
  if (part.file_name.empty() || part.content_type.empty()) {
    return invalid("missing mediaType or fileName");
  }
  if (std::find(kMediaTypes.begin(), kMediaTypes.end(), part.content_type) == kMediaTypes.end()) {
    return invalid("mime type not in list");
  }
  auto digest = content::sha256(part.content);
  if (item.contains("digest")) {
    const auto& given = item["digest"];
    if (!given.is_object() || given.value("digestMethod", "") != "sha_256" ||
        given.value("digestValue", "") != content::base64url(digest)) {
      return Refusal{400, "DIGEST_DO_NOT_MATCH", "the digest is not that of the bytes"};
    }
  }
  reply.attachments.push_back({unescaped(part.file_name), part.content_type,
                               content::to_hex(digest), part.content.size(),
                               item["mainContent"].get<bool>()});
  if (auto answers = content::read_returned(part.content)) {
    reply.answers.insert(reply.answers.end(), answers->begin(), answers->end());
  }
  return std::nullopt;
}

std::optional<Refusal> check_message(const Json& message) {
  if (!message.is_object()) return invalid("messageToPublish is not a JSON object");
  if (holds_null(message)) return invalid("null values are to be left out");
  if (!message.contains("recipient") || !is_text(message["recipient"], "eboxType") ||
      !is_text(message["recipient"], "eboxIdValue")) {
    return invalid("recipient is missing");
  }
  for (const auto* name : {"bodyMainContent", "replyAuthorized"}) {
    if (!is_flag(message, name)) return invalid(std::string(name) + " is missing");
  }
  if (!message.contains("subject")) return invalid("subject is missing");
  if (auto refusal = check_words(message["subject"], "subject")) return refusal;
  if (message.contains("bodyContent")) {
    if (auto refusal = check_words(message["bodyContent"], "bodyContent")) return refusal;
  }
  if (!is_text(message, "originalMessageId")) {
    return Refusal{400, "INVALID_SENDER", "Invalid message configuration: only replies are taken"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_original(const Json& message, const Boxes& boxes,
                                      const std::string& organisation) {
  auto original = boxes.find(organisation, message["originalMessageId"].get<std::string>());
  if (!original) return invalid("the original message is not in this e-Box");
  if (!original->message->reply_authorised) return invalid("the original takes no reply");
  if (message["recipient"]["eboxIdValue"] != original->message->sender_organisation) {
    return invalid("the recipient is not the sender of the original");
  }
  if (message.contains("senderOrganizationId") && message["senderOrganizationId"] != organisation) {
    return Refusal{400, "INVALID_SENDER", "user credentials does not match payload"};
  }
  return std::nullopt;
}

}  // namespace

std::variant<Ledger::ReplySeen, Refusal> read_reply(const http::Call& call, const Boxes& boxes,
                                                    const std::string& organisation) {
  if (!call.header("content-type").starts_with("multipart/form-data")) {
    return invalid("the body must be multipart/form-data");
  }
  auto described =
      std::find_if(call.parts.begin(), call.parts.end(),
                   [](const http::FormPart& part) { return part.name == "messageToPublish"; });
  if (described == call.parts.end()) return invalid("there is no part messageToPublish");
  auto message = Json::parse(described->content, nullptr, false);
  if (auto refusal = check_message(message)) return *refusal;
  if (auto refusal = check_original(message, boxes, organisation)) return *refusal;

  Ledger::ReplySeen reply;
  reply.original_id = message["originalMessageId"];
  reply.subject = message["subject"].begin().value();
  if (message.contains("bodyContent")) reply.body = message["bodyContent"].begin().value();
  auto items = message.value("attachments", Json::array());
  if (!items.is_array() || items.size() + 1 != call.parts.size()) {
    return invalid("number of parts inconsistent");
  }
  int main_contents =
      message.contains("bodyContent") && message["bodyMainContent"].get<bool>() ? 1 : 0;
  std::set<std::string> matched;
  for (const auto& item : items) {
    if (!item.is_object() || !is_text(item, "httpPartName") || !is_flag(item, "mainContent")) {
      return invalid("an attachment needs httpPartName and mainContent");
    }
    auto name = item["httpPartName"].get<std::string>();
    auto part = std::find_if(call.parts.begin(), call.parts.end(),
                             [&](const http::FormPart& one) { return one.name == name; });
    bool named = name.size() == 7 && name.starts_with("upfile") && name[6] >= '1' && name[6] <= '6';
    if (!named || part == call.parts.end() || !matched.insert(name).second) {
      return invalid("part not matched");
    }
    main_contents += item["mainContent"].get<bool>() ? 1 : 0;
    if (auto refusal = check_file(item, *part, reply)) return *refusal;
  }
  if (main_contents != 1) {
    return invalid(main_contents == 0 ? "no main content" : "too many main contents");
  }
  return reply;
}

}  // namespace semafoor::sandbox::ebox
