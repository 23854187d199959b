// SPDX-License-Identifier: Apache-2.0
//
// Who may ask: keys of the authorization server, certificates and technical accounts of the KSZ.
#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/control/api.h"
#include "tests/sandbox/control/reader.h"

namespace semafoor::sandbox::control {
namespace {

using http::Call;
using http::Json;
using http::Reply;

// Clients of both, by id.
Json merged(const Json& of_authority, const Json& of_ksz) {
  std::map<std::string, Json> all;
  for (const auto& one : of_authority) all[one["clientId"].get<std::string>()] = one;
  for (const auto& [id, members] : of_ksz.items()) {
    all[id]["clientId"] = id;
    all[id].update(members);
  }
  Json list = Json::array();
  for (auto& [id, one] : all) list.push_back(std::move(one));
  return list;
}

}  // namespace

Reply Api::clients(const Call& call, const std::vector<std::string>& path) {
  if (call.method == "GET") {
    return http::json_reply(
        200, {{"clients", merged(parts_.authority.clients(), parts_.credentials.describe())}});
  }
  if (call.method == "DELETE" && path.size() == 2) {
    bool had_key = parts_.authority.remove_client(path[1]);
    bool had_more = parts_.credentials.remove(path[1]);
    return had_key || had_more ? done() : refuse(404, "no such client");
  }
  if (call.method != "POST") return refuse(405, "GET, POST or DELETE");
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  std::string id, organisation, pem, certificate, user, password;
  Reader reader(body);
  reader.text("clientId", id);
  reader.text("organisation", organisation);
  reader.text("publicKeyPem", pem);
  reader.text("certificatePem", certificate);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  if (id.empty()) return refuse(400, "clientId is missing");
  if (!content::valid_cbe(organisation)) {
    return refuse(400, "organisation must be ten digits with a right check number");
  }
  if (body.contains("account")) {
    if (!body["account"].is_object()) return refuse(400, "account must be an object");
    Reader account(body["account"]);
    account.text("user", user);
    account.text("password", password);
    if (!account.wrong().empty()) return refuse(400, "account: " + account.wrong());
  }
  std::set<std::string> scopes;
  if (body.contains("scopes") && body["scopes"].is_array()) {
    for (const auto& scope : body["scopes"]) {
      if (scope.is_string()) scopes.insert(scope.get<std::string>());
    }
  }
  bool for_ksz = body.contains("certificatePem") || body.contains("account");
  std::optional<std::string> why;
  if (body.contains("certificatePem")) {
    why = parts_.credentials.add_certificate(id, organisation, certificate);
  }
  if (!why && body.contains("account")) {
    why = parts_.credentials.add_account(id, organisation, user, password);
  }
  if (!why && body.value("second", Json()) == true) {
    why = parts_.authority.add_second_key(id, pem);
  } else if (!why && (body.contains("publicKeyPem") || !for_ksz)) {
    why = parts_.authority.add_client(id, organisation, pem, scopes);
  }
  if (why) return refuse(400, *why);
  return http::json_reply(201, {{"clientId", id}});
}

}  // namespace semafoor::sandbox::control
