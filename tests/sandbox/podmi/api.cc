// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/podmi/api.h"

#include <charconv>

#include "tests/sandbox/content/dates.h"
#include "tests/sandbox/content/random.h"

namespace semafoor::sandbox::podmi {
namespace {

using http::Call;
using http::Json;
using http::Reply;

constexpr std::size_t kMostEventBytes = 256 * 1024;

struct Issue {
  std::string name;
  std::string detail;
};

Reply bad_request(const std::string& detail, const std::vector<Issue>& issues, const char* in) {
  auto reply = Api::problem(400, "belgif:badRequest", detail);
  auto body = Json::parse(reply.body);
  body["issues"] = Json::array();
  for (const auto& issue : issues) {
    body["issues"].push_back({{"type", "urn:problem-type:belgif:input-validation:schemaViolation"},
                              {"in", in},
                              {"name", issue.name},
                              {"detail", issue.detail}});
  }
  reply.body = body.dump();
  return reply;
}

// Characters, not bytes: the bounds of the wire are written so.
std::size_t length_of(const std::string& utf8) {
  std::size_t count = 0;
  for (char c : utf8) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1U : 0U;
  return count;
}

void check_text(const Json& object, const char* name, bool required, std::size_t most,
                std::vector<Issue>& issues) {
  auto found = object.find(name);
  if (found == object.end()) {
    if (required) issues.push_back({name, "is missing"});
    return;
  }
  if (!found->is_string()) {
    issues.push_back({name, "must be a string"});
    return;
  }
  auto length = length_of(found->get_ref<const std::string&>());
  if (length > most || (required && length == 0)) {
    issues.push_back({name, "must have 1 to " + std::to_string(most) + " characters"});
  }
}

std::vector<Issue> check_feedback(const Json& event, const std::string& organisation) {
  std::vector<Issue> issues;
  auto exactly = [&](const char* name, const std::string& wanted) {
    if (!event.contains(name) || event[name] != wanted) {
      issues.push_back({name, "must be " + wanted});
    }
  };
  exactly("specversion", "1.0");
  exactly("service", std::string(content::kSignalService));
  exactly("type", std::string(content::kSignalService) + ".feedback.create");
  exactly("source", "urn:cbe:" + organisation);
  check_text(event, "id", true, 64, issues);
  if (!event.contains("data") || !event["data"].is_object()) {
    issues.push_back({"data", "must be an object"});
    return issues;
  }
  const auto& data = event["data"];
  if (!data.contains("schema") || data["schema"] != "X-feedback/1") {
    issues.push_back({"data.schema", "must be X-feedback/1"});
  }
  check_text(data, "clientReference", true, 15, issues);
  check_text(data, "signalReference", true, 20, issues);
  check_text(data, "feedbackCode", true, 32, issues);
  check_text(data, "remark", false, 256, issues);
  check_text(data, "decisionReference", false, 32, issues);
  check_text(data, "decisionDate", false, 10, issues);
  check_text(data, "agent", false, 36, issues);
  if (data.contains("decisionDate") && data["decisionDate"].is_string() &&
      !content::parse_day(data["decisionDate"].get<std::string>())) {
    issues.push_back({"decisionDate", "must be a date yyyy-mm-dd"});
  }
  return issues;
}

const char* type_of(int status) {
  switch (status) {
    case 400:
      return "belgif:badRequest";
    case 401:
      return "belgif:invalidAccessToken";
    case 403:
      return "belgif:missingScope";
    case 404:
      return "belgif:resourceNotFound";
    case 405:
      return "belgif:methodNotAllowed";
    case 409:
      return "x-podmi:conflict";
    case 413:
      return "belgif:payloadTooLarge";
    case 429:
      return "belgif:tooManyRequests";
    case 502:
      return "belgif:badGateway";
    case 503:
      return "belgif:serviceUnavailable";
    default:
      return "belgif:internalServerError";
  }
}

}  // namespace

Reply Api::problem(int status, const std::string& type, const std::string& detail,
                   int retry_after) {
  Json body{{"type", "urn:problem-type:" + (type.empty() ? std::string(type_of(status)) : type)},
            {"title", "HTTP " + std::to_string(status)},
            {"status", status},
            {"instance", "urn:uuid:" + content::fresh_uuid()}};
  if (!detail.empty()) body["detail"] = detail;
  if (retry_after >= 0) body["retryAfterSec"] = retry_after;
  auto reply = http::json_reply(status, body);
  reply.content_type = "application/problem+json";
  return reply;
}

Reply Api::serve(const Call& call) {
  auto checked = authority_.check(call);
  if (!checked.grant) {
    auto reply = problem(401, "belgif:" + checked.problem);
    reply.headers.emplace_back("WWW-Authenticate", checked.problem == "noAccessToken"
                                                       ? "Bearer realm=\"sandbox\""
                                                       : "Bearer error=\"invalid_token\"");
    return reply;
  }
  if (!checked.grant->scopes.contains(std::string(oauth::kPodmiScope))) {
    auto reply = problem(403, "belgif:missingScope");
    auto body = Json::parse(reply.body);
    body["requiredScopes"] = {oauth::kPodmiScope};
    reply.body = body.dump();
    return reply;
  }
  const auto& organisation = checked.grant->organisation;
  auto parts = call.below(kPath).value_or(std::vector<std::string>());
  if (parts.size() == 1 && parts[0] == "messages") {
    if (call.method == "GET") return batch(call, organisation);
    if (call.method == "POST") return receive(call, organisation);
    return problem(405);
  }
  if (parts.size() == 1 && parts[0] == "acknowledgements") {
    return call.method == "POST" ? acknowledge(call, organisation) : problem(405);
  }
  if (parts.size() == 2 && parts[0] == "feedback") {
    return call.method == "GET" ? status(organisation, parts[1]) : problem(405);
  }
  return problem(404);
}

Reply Api::batch(const Call& call, const std::string& organisation) {
  std::size_t limit = 100;
  if (const auto* text = call.parameter("limit")) {
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (error != std::errc() || end != text->data() + text->size() || limit < 1 || limit > 500) {
      return bad_request("limit is out of bounds", {{"limit", "must be 1 to 500"}}, "query");
    }
  }
  const auto* cursor = call.parameter("cursor");
  auto batch = mailbox_.after(organisation, cursor == nullptr ? "" : *cursor, limit);
  if (!batch) {
    return bad_request("the cursor was not given out by this mailbox", {{"cursor", "is unknown"}},
                       "query");
  }
  Json list = Json::array();
  auto position = batch->first;
  for (auto& event : batch->events) {
    event.json["xcursor"] = Mailbox::cursor_of(++position);
    list.push_back(std::move(event.json));
  }
  auto reply = http::json_reply(200, list);
  reply.content_type = "application/cloudevents-batch+json";
  reply.on_delivered = [this, organisation, events = std::move(batch->events)] {
    for (const auto& event : events) {
      if (!event.signal_reference.empty()) {
        ledger_.signal_delivered(organisation, event.signal_reference);
      } else if (!event.feedback_id.empty()) {
        ledger_.result_delivered(organisation, event.feedback_id);
      }
    }
  };
  return reply;
}

Reply Api::acknowledge(const Call& call, const std::string& organisation) {
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object() || !body.contains("cursor") || !body["cursor"].is_string()) {
    return bad_request("the body must be an object with cursor", {{"cursor", "is missing"}},
                       "body");
  }
  if (!mailbox_.acknowledge(organisation, body["cursor"].get<std::string>())) {
    return bad_request("the cursor was not given out by this mailbox", {{"cursor", "is unknown"}},
                       "body");
  }
  Reply reply;
  reply.status = 204;
  return reply;
}

Reply Api::receive(const Call& call, const std::string& organisation) {
  if (call.body.size() > kMostEventBytes) {
    auto reply = problem(413);
    auto body = Json::parse(reply.body);
    body["limit"] = kMostEventBytes;
    reply.body = body.dump();
    return reply;
  }
  if (!call.header("content-type").starts_with("application/cloudevents+json")) {
    return bad_request("the body must be application/cloudevents+json",
                       {{"Content-Type", "is another"}}, "header");
  }
  auto event = Json::parse(call.body, nullptr, false);
  if (!event.is_object()) {
    return bad_request("the body is not a JSON object", {{"", "is not JSON"}}, "body");
  }
  auto issues = check_feedback(event, organisation);
  if (!issues.empty()) return bad_request("the event is not a feedback event", issues, "body");
  auto id = event["id"].get<std::string>();
  auto arrival =
      mailbox_.receive(organisation, event["source"].get<std::string>(), id, event["data"]);
  if (arrival == Mailbox::Arrival::conflict) {
    return problem(409, "x-podmi:conflict", "this id was received before, with other data");
  }
  // The stored body: also a repetition says RECEIVED.
  return http::json_reply(arrival == Mailbox::Arrival::fresh ? 201 : 200,
                          {{"id", id}, {"status", "RECEIVED"}});
}

Reply Api::status(const std::string& organisation, const std::string& id) {
  auto answer = mailbox_.find(organisation, id);
  if (!answer) return problem(404, "belgif:resourceNotFound", "no feedback with this id arrived");
  Json body{{"id", id}, {"status", answer->decided ? answer->evaluation : "RECEIVED"}};
  if (answer->decided) {
    body["authorityReference"] = answer->authority_reference;
    body["errors"] = answer->errors;
  }
  return http::json_reply(200, body);
}

}  // namespace semafoor::sandbox::podmi
