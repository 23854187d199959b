// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ebox/dialect3.h"

#include <string>
#include <utility>

namespace semafoor::sandbox::ebox {
namespace {

using http::Call;
using http::Json;
using http::Reply;

void rename(Json& object, const char* from, const char* to) {
  if (!object.contains(from)) return;
  Json value = object[from];
  object.erase(from);
  object[to] = std::move(value);
}

}  // namespace

Json as_dialect3(Json message) {
  rename(message, "readStatus", "isRead");
  rename(message, "visible", "isVisible");
  rename(message, "registeredMail", "isRegisteredMail");
  rename(message, "replyAuthorized", "isReplyAuthorized");
  rename(message, "bodyMainContent", "isBodyMainContent");
  if (message.contains("senderOrganizationId")) {
    message["sender"] = {{"eboxType", "enterprise"},
                         {"enterpriseNumber", message["senderOrganizationId"]},
                         {"partition", "GENERAL"}};
    message.erase("senderOrganizationId");
  }
  if (message.contains("forTheAttentionOf")) {
    auto& whom = message["forTheAttentionOf"];
    whom = Json{{"ssin", whom.value("id", "")}, {"label", whom.value("name", "")}};
  }
  if (message.contains("attachments") && message["attachments"].contains("items")) {
    for (auto& attachment : message["attachments"]["items"]) {
      rename(attachment, "mainContent", "isMainContent");
      rename(attachment, "attachmentSigned", "isAttachmentSigned");
    }
  }
  return message;
}

Reply serve_dialect3(Api& api, const std::string& path, const Call& call) {
  auto parts = call.below(path).value_or(std::vector<std::string>());
  const bool messages = parts.size() >= 2 && parts[0] == "ebox" && parts[1] == "messages";
  const bool types = parts.size() >= 2 && parts[0] == "refData" && parts[1] == "messageTypes";
  if (call.method != "GET" || (!messages && !types)) {
    return Api::error(call, 404, "not established for 3, and so not served here");
  }
  if (types) {
    Call renamed = call;
    renamed.path =
        path + "/referenceData" + call.path.substr(path.size() + std::string("/refData").size());
    renamed.segments = http::split_path(renamed.path);
    return api.serve(renamed);
  }
  Reply reply = api.serve(call);
  if (reply.status != 200 || parts.size() > 3) return reply;
  Json body = Json::parse(reply.body, nullptr, false);
  if (parts.size() == 3) {
    body = as_dialect3(std::move(body));
  } else {
    for (auto& message : body["items"]) message = as_dialect3(std::move(message));
  }
  reply.body = body.dump();
  return reply;
}

}  // namespace semafoor::sandbox::ebox
