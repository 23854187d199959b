// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ebox/api.h"

#include <algorithm>
#include <chrono>

#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/content/random.h"
#include "tests/sandbox/ebox/logo.h"
#include "tests/sandbox/ebox/publish.h"
#include "tests/sandbox/ebox/query.h"
#include "tests/sandbox/ebox/render.h"

namespace semafoor::sandbox::ebox {
namespace {

using http::Call;
using http::Json;
using http::Reply;

std::string code_of(int status) {
  switch (status) {
    case 400:
      return "INVALID_INPUT";
    case 401:
      return "UNAUTHORIZED";
    case 403:
      return "MISSING_SCOPE";
    case 404:
      return "NOT_FOUND";
    case 405:
      return "METHOD_NOT_ALLOWED";
    case 409:
      return "CONFLICT";
    case 429:
      return "TOO_MANY_REQUESTS";
    case 501:
      return "NOT_IMPLEMENTED";
    case 503:
      return "SERVICE_UNAVAILABLE";
    default:
      return "TECHNICAL_ERROR";
  }
}

content::Moment now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// The paging of both contracts: only what is on the page, and how many there are in all.
template <typename Items>
Json page_of(const Items& items, const Page& page, const auto& render) {
  Json list = Json::array();
  auto first = static_cast<std::uint64_t>(page.number - 1) * static_cast<std::uint64_t>(page.size);
  for (auto i = first; i < items.size() && i < first + static_cast<std::uint64_t>(page.size); ++i) {
    list.push_back(render(items[i]));
  }
  return {{"items", std::move(list)}, {"totalItems", items.size()}};
}

Reply refuse_token(const Call& call, const oauth::Checked& checked) {
  auto reply =
      Api::error(call, 401,
                 checked.problem == "noAccessToken"        ? "no access token was sent"
                 : checked.problem == "expiredAccessToken" ? "the access token has expired"
                                                           : "the access token is not known");
  reply.headers.emplace_back("WWW-Authenticate", checked.problem == "noAccessToken"
                                                     ? "Bearer realm=\"sandbox\""
                                                     : "Bearer error=\"invalid_token\"");
  return reply;
}

std::optional<Reply> refuse(const Call& call, const oauth::Checked& checked,
                            std::string_view scope) {
  if (!checked.grant) return refuse_token(call, checked);
  if (!checked.grant->scopes.contains(std::string(scope))) {
    return Api::error(call, 403, "the access token lacks the scope " + std::string(scope));
  }
  return std::nullopt;
}

Reply wrong_method(const Call& call, const char* allowed) {
  auto reply = Api::error(call, 405, "this path takes " + std::string(allowed));
  reply.headers.emplace_back("Allow", allowed);
  return reply;
}

}  // namespace

Reply Api::error(const Call& call, int status, const std::string& message,
                 const std::string& code) {
  bool federation = call.path.starts_with(kFederationPath);
  return http::json_reply(
      status, {{"id", content::fresh_uuid()},
               {"code", code.empty() ? code_of(status) : code},
               {"message", message.empty() ? "HTTP " + std::to_string(status) : message},
               {"contact", "sandbox@example.invalid"},
               {"environment", federation ? "SIMULATION" : "simulation"}});
}

Reply Api::serve(const Call& call) {
  auto parts = call.below(path_).value_or(std::vector<std::string>());
  auto checked = authority_.check(call);
  if (auto refusal = refuse(call, checked, oauth::kEboxScope)) return *refusal;
  // A service provider names whom it acts for; its token is its own.
  auto organisation = checked.grant->organisation;
  if (auto named = call.header(oauth::kOnBehalfOf); !named.empty()) {
    if (!content::valid_cbe(named)) {
      return error(call, 400,
                   "On-Behalf-Of-Enterprise-Number must be an enterprise number of ten "
                   "digits");
    }
    if (named != organisation && !mandates_.has(organisation, named)) {
      return error(call, 403, "there is no validated mandate for this enterprise");
    }
    organisation = named;
  }
  auto is = [&](std::initializer_list<std::string_view> wanted) {
    return std::equal(parts.begin(), parts.end(), wanted.begin(), wanted.end());
  };
  if (parts.empty()) return error(call, 404, "no such operation");
  if (parts[0] == "referenceData") {
    if (call.method != "GET") return wrong_method(call, "GET");
    return reference_data(call, parts);
  }
  if (is({"searchMessageStatus"})) {
    return call.method == "POST" ? status_of(call, organisation) : wrong_method(call, "POST");
  }
  if (is({"publishMessage"})) {
    return call.method == "POST" ? publish(call, organisation) : wrong_method(call, "POST");
  }
  if (is({"linkEboxMessage"})) {
    return error(call, 400, "the sandbox plays a provider for consumers only", "NOT_IMPLEMENTED");
  }
  if (parts[0] != "ebox" || !boxes_.exists(organisation)) {
    return error(call, 404, "no such operation, or no e-Box");
  }
  if (is({"ebox", "messages"}) && call.method == "PATCH") return patch(call, organisation);
  if (call.method != "GET") {
    return wrong_method(call, is({"ebox", "messages"}) ? "GET, PATCH" : "GET");
  }
  if (is({"ebox"})) return box(organisation);
  if (is({"ebox", "messages"})) return list(call, organisation);
  if (parts.size() >= 3 && parts[1] == "messages") return message(call, organisation, parts);
  return error(call, 404, "no such operation");
}

Reply Api::box(const std::string& organisation) {
  // The counters include invisible messages, as the official provider's do.
  auto entries = boxes_.entries(organisation);
  std::uint64_t bytes = 0;
  for (const auto& entry : entries) {
    for (const auto& attachment : entry.message->attachments) bytes += attachment.file->size();
  }
  Json result{
      {"numberOfMessages", entries.size()},
      {"numberOfUnreadMessages", std::count_if(entries.begin(), entries.end(),
                                               [](const Entry& entry) { return !entry.read; })},
      {"eboxSize", static_cast<double>(bytes) / 1024.0}};
  if (!entries.empty()) {
    result["lastReceiptDate"] = content::local_iso(entries.front().message->received);
  }
  if (auto last = boxes_.consulted(organisation, now())) {
    result["lastConsultationDate"] = content::local_iso(*last);
  }
  return http::json_reply(200, result);
}

Reply Api::list(const Call& call, const std::string& organisation) {
  auto read = read_query(call);
  if (auto* why = std::get_if<std::string>(&read)) return error(call, 400, *why);
  const auto& query = std::get<Query>(read);
  auto entries = boxes_.entries(organisation);
  std::erase_if(entries, [&](const Entry& entry) { return !matches(query, entry); });
  std::vector<std::string> ids;
  auto registry = base_ + path_;
  auto body = page_of(entries, query.page, [&](const Entry& entry) {
    ids.push_back(entry.message->id);
    return to_json(entry, registry);
  });
  boxes_.consulted(organisation, now());
  auto reply = http::json_reply(200, body);
  reply.on_delivered = [this, organisation, ids = std::move(ids)] {
    ledger_.listed(organisation, ids);
  };
  return reply;
}

Reply Api::patch(const Call& call, const std::string& organisation) {
  if (!call.header("content-type").starts_with("application/merge-patch+json")) {
    return error(call, 400, "the body must be application/merge-patch+json");
  }
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object() || !body.contains("items") || !body["items"].is_array()) {
    return error(call, 400, "the body must be an object with items");
  }
  std::vector<std::pair<std::string, bool>> changes;
  for (const auto& item : body["items"]) {
    if (!item.is_object() || !item.contains("messageId") || !item["messageId"].is_string() ||
        !item.contains("visible") || !item["visible"].is_boolean()) {
      return error(call, 400, "every item needs messageId (string) and visible (boolean)");
    }
    changes.emplace_back(item["messageId"].get<std::string>(), item["visible"].get<bool>());
  }
  if (!boxes_.set_visible(organisation, changes)) {
    return error(call, 404, "a message of the list is not in this e-Box; nothing was changed");
  }
  for (const auto& [id, visible] : changes) ledger_.visibility(organisation, id, visible);
  return Reply{};
}

Reply Api::message(const Call& call, const std::string& organisation,
                   const std::vector<std::string>& parts) {
  auto entry = boxes_.find(organisation, parts[2]);
  if (!entry) return error(call, 404, "the message is not in this e-Box");
  auto registry = base_ + path_;
  if (parts.size() == 3) {
    auto reply = http::json_reply(200, to_json(*entry, registry));
    reply.on_delivered = [this, organisation, id = parts[2]] {
      ledger_.listed(organisation, {id});
    };
    return reply;
  }
  if (parts[3] == "attachments") {
    if (parts.size() == 4) return http::json_reply(200, attachments_of(*entry->message, registry));
    return attachment(call, organisation, *entry, parts);
  }
  if (parts[3] == "body" && parts.size() == 4 && !entry->message->body.empty()) {
    return http::json_reply(200, to_json(entry->message->body));
  }
  if (parts[3] == "paymentData" && parts.size() == 4) {
    if (auto payment = payment_of(*entry->message); !payment.is_null()) {
      return http::json_reply(200, payment);
    }
  }
  return error(call, 404, "the message has no such part");
}

Reply Api::attachment(const Call& call, const std::string& organisation, const Entry& entry,
                      const std::vector<std::string>& parts) {
  const auto& attachments = entry.message->attachments;
  auto found = std::find_if(attachments.begin(), attachments.end(),
                            [&](const auto& attachment) { return attachment.id == parts[4]; });
  if (found == attachments.end()) return error(call, 404, "the message has no such attachment");
  if (parts.size() == 5) {
    return http::json_reply(200, to_json(*found, entry.message->id, base_ + path_));
  }
  if (parts.size() != 6 || parts[5] != "content") return error(call, 404, "no such operation");
  if (found->main_content) {
    boxes_.mark_read(organisation, entry.message->id);
    ledger_.marked_read(organisation, entry.message->id);
  }
  ledger_.downloading(organisation, entry.message->id, found->id,
                      content::to_hex(found->file->digest()), found->file->size());
  Reply reply;
  reply.content_type = "application/octet-stream";
  reply.file = found->file;
  reply.on_sent = [this, organisation, id = found->id](http::Transfer transfer) {
    ledger_.downloaded(organisation, id, transfer);
  };
  return reply;
}

Reply Api::status_of(const Call& call, const std::string& organisation) {
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_array()) return error(call, 400, "the body must be a list");
  Json result = Json::array();
  for (const auto& item : body) {
    if (!item.is_object() || !item.contains("messageId") || !item["messageId"].is_string()) {
      return error(call, 400, "every item needs messageId and eboxId");
    }
    auto entry = boxes_.find(organisation, item["messageId"].get<std::string>());
    if (!entry) return error(call, 404, "a message of the list is not known");
    result.push_back({{"messageId", entry->message->id},
                      {"eboxId", {{"eboxType", "enterprise"}, {"eboxIdValue", organisation}}},
                      {"expirationDate", content::local_iso(entry->message->expires)},
                      {"readStatus", entry->read},
                      {"visible", entry->visible}});
  }
  return http::json_reply(201, result);
}

Reply Api::publish(const Call& call, const std::string& organisation) {
  auto read = read_reply(call, boxes_, organisation);
  if (auto* refusal = std::get_if<Refusal>(&read)) {
    return error(call, refusal->status, refusal->message, refusal->code);
  }
  auto& seen = std::get<ledger::Ledger::ReplySeen>(read);
  seen.message_id = content::fresh_uuid();
  ledger_.replied(organisation, seen);
  if (returns_ && !seen.answers.empty()) returns_(organisation, seen.message_id, seen.answers);
  constexpr std::chrono::days kKept{180};
  return http::json_reply(
      201, {{"messageId", seen.message_id}, {"expirationDate", content::local_iso(now() + kKept)}});
}

Reply Api::reference_data(const Call& call, const std::vector<std::string>& parts) {
  auto page = read_page(call);
  if (auto* why = std::get_if<std::string>(&page)) return error(call, 400, *why);
  auto registry = base_ + path_;
  auto answer = [&](const auto& items, const auto& id_of) {
    Reply reply;
    auto render = [&](const auto& item) { return to_json(item, registry); };
    if (parts.size() == 2) {
      reply = http::json_reply(200, page_of(items, std::get<Page>(page), render));
    } else {
      auto found = std::find_if(items.begin(), items.end(),
                                [&](const auto& item) { return id_of(item) == parts[2]; });
      bool image = parts.size() == 6 && parts[1] != "messageTypes" && parts[3] == "images" &&
                   parts[4] == kLogoId && parts[5] == "content";
      if ((parts.size() != 3 && !image) || found == items.end()) {
        return error(call, 404, "not in the reference data");
      }
      if (image) {
        reply.content_type = "application/octet-stream";
        reply.body = logo();
      } else {
        reply = http::json_reply(200, render(*found));
      }
    }
    auto etag = "\"" + content::to_hex(content::sha256(reply.body)).substr(0, 16) + "\"";
    if (call.header("if-none-match") == etag) {
      reply.status = 304;
      reply.body.clear();
    }
    reply.headers.emplace_back("ETag", etag);
    reply.headers.emplace_back("Cache-Control",
                               "public, no-transform, proxy-revalidate, max-age=86400");
    return reply;
  };
  if (parts.size() >= 2 && parts[1] == "messageTypes") {
    return answer(content::families(), [](const auto& item) { return item.type_id; });
  }
  if (parts.size() >= 2 && parts[1] == "senderApplications") {
    return answer(content::sender_applications(), [](const auto& item) { return item.id; });
  }
  if (parts.size() >= 2 && parts[1] == "senderOrganizations") {
    return answer(content::sender_organisations(), [](const auto& item) { return item.cbe; });
  }
  return error(call, 404, "no such reference data");
}

Json Api::own_entry() const {
  return {{"messageProviderId", "sandbox"},
          {"messageProviderName",
           {{"nl", "Sandbox"}, {"fr", "Sandbox"}, {"de", "Sandbox"}, {"en", "Sandbox"}}},
          {"messageProviderDescription",
           {{"nl", "Verzonnen provider"},
            {"fr", "Fournisseur fictif"},
            {"de", "Erfundener Anbieter"},
            {"en", "Invented provider"}}},
          {"messageProviderUrl", base_ + path_ + "/"},
          {"messageProviderActivationDate", "2020-01-01"},
          {"messageProviderTechnicalContact", "sandbox@example.invalid"},
          {"messageProviderPlannedMaintenance", Json::array()},
          {"apiSupportedVersion", "2.1"}};
}

Reply Api::federation(const Call& call) {
  auto parts = call.below(kFederationPath).value_or(std::vector<std::string>());
  auto checked = authority_.check(call);
  if (auto refusal = refuse(call, checked, oauth::kRegistryScope)) return *refusal;
  if (call.method != "GET") return wrong_method(call, "GET");
  const Json providers = providers_ ? providers_() : Json::array({own_entry()});
  if (parts.empty() || parts[0] != "messageProviders" || parts.size() > 2) {
    return error(call, 404, "no such operation");
  }
  if (parts.size() == 1) return http::json_reply(200, providers);
  for (const auto& provider : providers) {
    if (provider.is_object() && provider.value("messageProviderId", "") == parts[1]) {
      return http::json_reply(200, provider);
    }
  }
  return error(call, 404, "no such provider");
}

}  // namespace semafoor::sandbox::ebox
