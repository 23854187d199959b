// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/control/api.h"

#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/control/reader.h"

namespace semafoor::sandbox::control {
namespace {

using http::Call;
using http::Json;
using http::Reply;

std::string organisation_of(const Call& call) {
  const auto* text = call.parameter("organisation");
  return text == nullptr ? std::string() : *text;
}

}  // namespace

Reply Api::serve(const Call& call) {
  auto path = call.below(kPath).value_or(std::vector<std::string>());
  if (path.empty())
    return refuse(404, "see README.md of the sandbox for what is below /control/v1");
  const auto& room = path[0];
  bool get = call.method == "GET";
  if (room == "faults") return faults(call, path);
  if (room == "clients") return clients(call, path);
  if (room == "mandates" && path.size() == 1) return mandates(call);
  if (room == "messages") return messages(call, path);
  if (room == "providers") return providers(call, path);
  if (room == "lists" && call.method == "POST") return lists(call, path);
  if (room == "documents" && call.method == "POST") return documents(call);
  if (room == "organisations" && path.size() == 2 && path[1] == "merge" && call.method == "POST") {
    return merge(call);
  }
  if (room == "signals" && path.size() == 2 && path[1] == "again" && call.method == "POST") {
    return signals_again(call);
  }
  if (room == "signals" && call.method == "POST") return signals(call);
  if (room == "evaluations" && call.method == "POST") return evaluations(call);
  if (room == "settings") return settings(call);
  if (room == "tokens" && path.size() == 1 && call.method == "POST") return issue_token(call);
  if (room == "tokens" && path.size() == 2 && path[1] == "expire" && call.method == "POST") {
    return http::json_reply(200, {{"expired", parts_.authority.expire_tokens()}});
  }
  if (room == "ledger") {
    if (call.method == "DELETE") {
      parts_.ledger.clear();
      return done();
    }
    if (get && path.size() == 2 && path[1] == "summary") {
      auto summary = parts_.ledger.summary();
      Json tokens = Json::object();
      for (const auto& [client, counters] : parts_.authority.counters()) {
        tokens[client.empty() ? "(unknown)" : client] = {{"issued", counters.issued},
                                                         {"refused", counters.refused}};
      }
      summary["tokens"] = std::move(tokens);
      return http::json_reply(200, summary);
    }
    if (get) return http::json_reply(200, parts_.ledger.everything(organisation_of(call)));
  }
  if (room == "expected" && get) {
    return http::json_reply(200, parts_.world.expected(organisation_of(call)));
  }
  if (room == "persons" && path.size() == 2 && call.method == "POST") return persons(call, path[1]);
  if (room == "persons" && get) {
    return http::json_reply(
        200, content::to_json(parts_.world.organisations(), parts_.world.options().seed));
  }
  return refuse(404, "no such control operation");
}

Reply Api::faults(const Call& call, const std::vector<std::string>& path) {
  if (call.method == "GET") return http::json_reply(200, {{"faults", parts_.faults.list()}});
  if (call.method == "POST") {
    auto rule = read_rule(Json::parse(call.body, nullptr, false));
    if (auto* why = std::get_if<std::string>(&rule)) return refuse(400, *why);
    return http::json_reply(201, {{"id", parts_.faults.add(std::get<Rule>(rule))}});
  }
  if (call.method == "DELETE") {
    if (path.size() == 1) {
      parts_.faults.clear();
    } else if (!parts_.faults.remove(path[1])) {
      return refuse(404, "no such fault");
    }
    parts_.faults_changed();
    return done();
  }
  return refuse(405, "GET, POST or DELETE");
}

Reply Api::mandates(const Call& call) {
  if (call.method == "GET") {
    return http::json_reply(200, {{"mandates", parts_.mandates.list()}});
  }
  if (call.method != "POST" && call.method != "DELETE") return refuse(405, "GET, POST or DELETE");
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  std::string representative, organisation;
  bool validated = true;
  Reader reader(body);
  reader.text("representative", representative);
  reader.text("organisation", organisation);
  reader.truth("validated", validated);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  if (!content::valid_cbe(representative) || !content::valid_cbe(organisation)) {
    return refuse(400,
                  "representative and organisation must be ten digits with a right check "
                  "number");
  }
  if (call.method == "DELETE") {
    return parts_.mandates.remove(representative, organisation) ? done()
                                                                : refuse(404, "no such mandate");
  }
  parts_.mandates.put(representative, organisation, validated);
  return http::json_reply(201, {{"representative", representative},
                                {"organisation", organisation},
                                {"validated", validated}});
}

Reply Api::messages(const Call& call, const std::vector<std::string>& path) {
  if (call.method == "DELETE" && path.size() == 2) {
    return parts_.boxes.remove(path[1]) ? done() : refuse(404, "no such message");
  }
  if (call.method != "POST") return refuse(405, "POST or DELETE");
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  NewMessage wish;
  std::uint64_t mebibytes = 0;
  std::string received;
  Reader reader(body);
  reader.text("organisation", wish.organisation);
  reader.text("messageTypeId", wish.type);
  reader.number("count", wish.count);
  reader.number("attachmentBytes", wish.attachment_bytes);
  reader.number("attachmentMebibytes", mebibytes);
  reader.truth("annexes", wish.annexes);
  reader.text("fileName", wish.file_name);
  reader.truth("wrongDigest", wish.wrong_digest);
  if (body.contains("digest")) reader.truth("digest", wish.digest.emplace());
  reader.text("receiptDate", received);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  if (mebibytes > 0) wish.attachment_bytes = mebibytes << 20;
  if (!received.empty()) {
    wish.received = content::parse_moment(received);
    if (!wish.received)
      return refuse(400, "receiptDate must be yyyy-MM-dd'T'HH:mm:ss with an offset");
  }
  std::string why;
  auto ids = parts_.world.add_messages(wish, why);
  if (!ids) return refuse(400, why);
  return http::json_reply(201, {{"messageIds", *ids}});
}

Reply Api::providers(const Call& call, const std::vector<std::string>& path) {
  if (call.method == "GET") return http::json_reply(200, parts_.federation.describe());
  if (call.method == "DELETE" && path.size() == 2) {
    return parts_.federation.remove(path[1]) ? done() : refuse(404, "no such provider");
  }
  auto body = Json::parse(call.body, nullptr, false);
  if (call.method == "POST" && path.size() == 3 && path[2] == "messages") {
    if (!body.is_object()) return refuse(400, "the body must be a JSON object");
    std::string organisation, why;
    int count = 1;
    Reader reader(body);
    reader.text("organisation", organisation);
    reader.number("count", count);
    if (!reader.wrong().empty()) return refuse(400, reader.wrong());
    auto ids = parts_.federation.add_messages(path[1], organisation, count, why);
    return ids ? http::json_reply(201, {{"messageIds", *ids}}) : refuse(400, why);
  }
  std::optional<std::string> why = "POST /providers, PUT /providers/ID";
  if (call.method == "POST" && path.size() == 1) {
    why = parts_.federation.add(body);
  } else if (call.method == "PUT" && path.size() == 2) {
    why = parts_.federation.change(path[1], body);
  }
  return why ? refuse(400, *why) : http::json_reply(201, Json::object());
}

Reply Api::issue_token(const Call& call) {
  auto body = Json::parse(call.body, nullptr, false);
  std::string organisation;
  if (body.is_object()) Reader(body).text("organisation", organisation);
  if (parts_.world.find(organisation) == nullptr)
    return refuse(400, "the organisation is not known here");
  return http::json_reply(201, {{"access_token", parts_.authority.issue(organisation)},
                                {"token_type", "Bearer"},
                                {"expires_in", parts_.authority.token_lifetime()}});
}

}  // namespace semafoor::sandbox::control
