// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/podmi/api.h"

#include <charconv>

#include "tests/sandbox/content/random.h"
#include "tests/sandbox/podmi/cloud_event.h"

namespace semafoor::sandbox::podmi {
namespace {

using http::Call;
using http::Json;
using http::Reply;

constexpr std::size_t kMostEventBytes = 256 * 1024;

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
  auto batch = mailbox_.fetch(organisation, cursor == nullptr ? "" : *cursor, limit);
  if (!batch) {
    return bad_request("the cursor was not given out by this mailbox", {{"cursor", "is unknown"}},
                       "query");
  }
  Json list = Json::array();
  auto position = batch->first;
  for (const auto& event : batch->events) {
    auto json = to_cloud_event(event);
    json["xcursor"] = Mailbox::cursor_of(++position);
    list.push_back(std::move(json));
  }
  auto reply = http::json_reply(200, list);
  reply.content_type = "application/cloudevents-batch+json";
  reply.on_delivered = [this, organisation, events = std::move(batch->events)] {
    mailbox_.delivered(organisation, events);
  };
  return reply;
}

Reply Api::acknowledge(const Call& call, const std::string& organisation) {
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object() || !body.contains("cursor") || !body["cursor"].is_string()) {
    return bad_request("the body must be an object with cursor", {{"cursor", "is missing"}},
                       "body");
  }
  auto acknowledged = mailbox_.acknowledge(organisation, body["cursor"].get<std::string>());
  if (acknowledged == Mailbox::Acknowledged::impossible) {
    return problem(404, "belgif:resourceNotFound",
                   "this mailbox forgets nothing, and nothing can be acknowledged");
  }
  if (acknowledged == Mailbox::Acknowledged::unknown_cursor) {
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
  auto received = mailbox_.receive(organisation, event["source"].get<std::string>(), id,
                                   to_feedback(event["data"]));
  if (received.arrival == Mailbox::Arrival::conflict) {
    return problem(409, "x-podmi:conflict", "this id was received before, with other data");
  }
  if (received.arrival == Mailbox::Arrival::not_integrated) {
    return problem(422, "x-podmi:notIntegrated",
                   "the organisation has no running integration of this person");
  }
  // Also a repetition says RECEIVED.
  Json body{{"id", id}, {"status", "RECEIVED"}};
  if (received.verdict) {
    body["result"] = {{"evaluation", received.verdict->evaluation},
                      {"authorityReference", received.verdict->authority_reference},
                      {"errors", errors_to_json(received.verdict->errors)}};
  }
  return http::json_reply(received.arrival == Mailbox::Arrival::fresh ? 201 : 200, body);
}

Reply Api::status(const std::string& organisation, const std::string& id) {
  auto answer = mailbox_.find(organisation, id);
  if (!answer) return problem(404, "belgif:resourceNotFound", "no feedback with this id arrived");
  Json body{{"id", id}, {"status", answer->decided ? answer->verdict.evaluation : "RECEIVED"}};
  if (answer->decided) {
    body["authorityReference"] = answer->verdict.authority_reference;
    body["errors"] = errors_to_json(answer->verdict.errors);
  }
  return http::json_reply(200, body);
}

}  // namespace semafoor::sandbox::podmi
