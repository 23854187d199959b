// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox3/read_message.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "gateway/upstream/ebox21/read_message.h"
#include "gateway/upstream/json/slices.h"

namespace semafoor::upstream::ebox3 {
namespace {

using nlohmann::json;

struct Renamed {
  const char* in_3;
  const char* in_21;
};

constexpr std::array<Renamed, 5> kOfMessage{{
    {"isRead", "readStatus"},                  // ?
    {"isVisible", "visible"},                  // ?
    {"isRegisteredMail", "registeredMail"},    // D
    {"isReplyAuthorized", "replyAuthorized"},  // D
    {"isBodyMainContent", "bodyMainContent"},  // D
}};
constexpr std::array<Renamed, 2> kOfAttachment{{
    {"isMainContent", "mainContent"},            // D
    {"isAttachmentSigned", "attachmentSigned"},  // D
}};

template <std::size_t Count>
void rename(json& object, const std::array<Renamed, Count>& names) {
  for (const Renamed& name : names) {
    const auto found = object.find(name.in_3);
    if (found != object.end() && found->is_boolean()) object[name.in_21] = json(*found);
  }
}

// D: an object names the sender. What a provider still calls senderOrganizationId is left alone
// when there is none.
void rewrite_sender(json& message) {
  const auto sender = message.find("sender");
  if (sender == message.end() || !sender->is_object()) return;
  const auto number = sender->find("enterpriseNumber");
  if (number == sender->end() || (!number->is_string() && !number->is_number_unsigned())) return;
  message["senderOrganizationId"] = json(*number);
}

// D: {ssin, label} in place of {id, type, name}.
void rewrite_attention(json& message) {
  const auto whom = message.find("forTheAttentionOf");
  if (whom == message.end() || !whom->is_object()) return;
  if (const auto ssin = whom->find("ssin"); ssin != whom->end() && ssin->is_string()) {
    (*whom)["id"] = json(*ssin);
    (*whom)["type"] = "SSIN";
  }
  if (const auto label = whom->find("label"); label != whom->end() && label->is_string()) {
    (*whom)["name"] = json(*label);
  }
}

// The list stands bare or wrapped in {items}: which one is not established.
void rewrite_attachments(json& message) {
  const auto found = message.find("attachments");
  if (found == message.end()) return;
  json* list = &*found;
  if (list->is_object() && list->contains("items")) list = &(*list)["items"];
  if (!list->is_array()) return;
  for (json& one : *list) {
    if (one.is_object()) rename(one, kOfAttachment);
  }
}

}  // namespace

Result<RemoteMessage> read_message(std::string_view element, std::string_view base_url) {
  json message = json::parse(element, nullptr, false);
  // What is no object is refused there, with its reason.
  if (!message.is_object()) return ebox21::read_message(element, base_url);
  rename(message, kOfMessage);
  rewrite_sender(message);
  rewrite_attention(message);
  rewrite_attachments(message);
  Result<RemoteMessage> read = ebox21::read_message(message.dump(), base_url);
  if (!read) return read;
  read->json = std::string(element);
  // Written anew, its amounts would be doubles.
  const auto members = object_members(element);
  if (!members) return read;
  if (const auto payment = members->find("paymentData"); payment != members->end()) {
    read->payment = ebox21::read_payment(payment->second);
  }
  return read;
}

}  // namespace semafoor::upstream::ebox3
