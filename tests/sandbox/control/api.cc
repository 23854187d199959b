// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/control/api.h"

#include "tests/sandbox/content/numbers.h"

namespace semafoor::sandbox::control {
namespace {

using http::Call;
using http::Json;
using http::Reply;

Reply refuse(int status, const std::string& why) {
  return http::json_reply(status, {{"error", why}});
}

Reply done() {
  Reply reply;
  reply.status = 204;
  return reply;
}

// Reads members by name and remembers the first that is of another kind.
class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}
  void text(const char* name, std::string& target) {
    if (!json_.contains(name)) return;
    if (!json_[name].is_string()) return fail(name, "a string");
    target = json_[name].get<std::string>();
  }
  void truth(const char* name, bool& target) {
    if (!json_.contains(name)) return;
    if (!json_[name].is_boolean()) return fail(name, "true or false");
    target = json_[name].get<bool>();
  }
  template <typename Number>
  void number(const char* name, Number& target) {
    if (!json_.contains(name)) return;
    if (!json_[name].is_number_integer() || json_[name].get<std::int64_t>() < 0)
      return fail(name, "a whole number from 0");
    target = static_cast<Number>(json_[name].get<std::int64_t>());
  }
  const std::string& wrong() const { return wrong_; }

 private:
  void fail(const char* name, const char* wanted) {
    if (wrong_.empty()) wrong_ = std::string(name) + " must be " + wanted;
  }
  const Json& json_;
  std::string wrong_;
};

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
  if (room == "messages") return messages(call, path);
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

Reply Api::clients(const Call& call, const std::vector<std::string>& path) {
  if (call.method == "GET") {
    return http::json_reply(200, {{"clients", parts_.authority.clients()}});
  }
  if (call.method == "DELETE" && path.size() == 2) {
    return parts_.authority.remove_client(path[1]) ? done() : refuse(404, "no such client");
  }
  if (call.method != "POST") return refuse(405, "GET, POST or DELETE");
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  std::string id, organisation, pem;
  Reader reader(body);
  reader.text("clientId", id);
  reader.text("organisation", organisation);
  reader.text("publicKeyPem", pem);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  if (id.empty()) return refuse(400, "clientId is missing");
  if (!content::valid_cbe(organisation)) {
    return refuse(400, "organisation must be ten digits with a right check number");
  }
  std::set<std::string> scopes;
  if (body.contains("scopes") && body["scopes"].is_array()) {
    for (const auto& scope : body["scopes"]) {
      if (scope.is_string()) scopes.insert(scope.get<std::string>());
    }
  }
  if (auto why = parts_.authority.add_client(id, organisation, pem, scopes))
    return refuse(400, *why);
  return http::json_reply(201, {{"clientId", id}});
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

Reply Api::signals(const Call& call) {
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  NewSignal wish;
  std::string repeat;
  bool malformed = false;
  Reader reader(body);
  reader.truth("malformed", malformed);
  reader.text("organisation", wish.organisation);
  reader.number("count", wish.count);
  reader.text("ssin", wish.ssin);
  reader.text("signalType", wish.type);
  reader.text("repeat", repeat);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  if (repeat == "same-event") {
    wish.repeat = podmi::Repeat::same_event;
  } else if (repeat == "new-event") {
    wish.repeat = podmi::Repeat::new_event;
  } else if (!repeat.empty()) {
    return refuse(400, "repeat must be same-event or new-event");
  }
  if (malformed) {
    if (parts_.world.find(wish.organisation) == nullptr) {
      return refuse(400, "the organisation has no mailbox here");
    }
    Json ids = Json::array();
    for (int i = 0; i < wish.count; ++i)
      ids.push_back(parts_.mailbox.add_malformed(wish.organisation));
    return http::json_reply(201, {{"eventIds", std::move(ids)}});
  }
  std::string why;
  auto references = parts_.world.add_signals(wish, why);
  if (!references) return refuse(400, why);
  return http::json_reply(201, {{"signalReferences", *references}});
}

Reply Api::evaluations(const Call& call) {
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  podmi::Ordered ordered;
  std::string organisation;
  Reader reader(body);
  reader.text("organisation", organisation);
  reader.text("evaluation", ordered.evaluation);
  reader.text("code", ordered.code);
  reader.number("times", ordered.times);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  if (ordered.evaluation != "ACCEPTED" && ordered.evaluation != "REFUSED" &&
      ordered.evaluation != "PARTIALLYACCEPTED") {
    return refuse(400, "evaluation must be ACCEPTED, REFUSED or PARTIALLYACCEPTED");
  }
  parts_.mailbox.order(organisation, ordered);
  return done();
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

Reply Api::settings(const Call& call) {
  if (call.method == "PUT" || call.method == "POST") {
    auto body = Json::parse(call.body, nullptr, false);
    if (!body.is_object()) return refuse(400, "the body must be a JSON object");
    std::int64_t lifetime = parts_.authority.token_lifetime();
    bool hold = false;
    Reader reader(body);
    reader.number("tokenLifetimeSeconds", lifetime);
    reader.truth("holdResults", hold);
    if (!reader.wrong().empty()) return refuse(400, reader.wrong());
    parts_.authority.set_token_lifetime(lifetime);
    if (body.contains("holdResults")) parts_.mailbox.hold_results(hold);
  }
  return http::json_reply(200, {{"tokenLifetimeSeconds", parts_.authority.token_lifetime()}});
}

}  // namespace semafoor::sandbox::control
