// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/oauth/authority.h"

#include <algorithm>
#include <sstream>

#include "tests/sandbox/content/digest.h"
#include "tests/sandbox/content/random.h"

namespace semafoor::sandbox::oauth {
namespace {

using http::Json;

constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

std::set<std::string> every_scope() {
  return {std::string(kEboxScope), std::string(kRegistryScope), std::string(kPodmiScope)};
}

std::optional<Json> decode_part(std::string_view part) {
  auto bytes = content::base64url_decode(part);
  if (!bytes) return std::nullopt;
  auto json = Json::parse(*bytes, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return std::nullopt;
  return json;
}

std::string text_of(const Json& object, const char* name) {
  auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// RFC 7519: NumericDate may have a fraction; only its seconds matter here.
std::optional<std::int64_t> time_of(const Json& object, const char* name) {
  auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return static_cast<std::int64_t>(found->get<double>());
}

struct Parts {
  std::string_view header, payload, signature, signed_text;
};

std::optional<Parts> split(std::string_view assertion) {
  auto first = assertion.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  auto second = assertion.find('.', first + 1);
  if (second == std::string_view::npos ||
      assertion.find('.', second + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return Parts{assertion.substr(0, first), assertion.substr(first + 1, second - first - 1),
               assertion.substr(second + 1), assertion.substr(0, second)};
}

std::string joined(const std::set<std::string>& scopes) {
  std::string text;
  for (const auto& scope : scopes) text += (text.empty() ? "" : " ") + scope;
  return text;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      result += ' ';
    } else if (text[i] != '%') {
      result += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      int high = hex_value(text[i + 1]);
      int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      result += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return result;
}

}  // namespace

std::optional<std::map<std::string, std::string>> parse_form(std::string_view body) {
  std::map<std::string, std::string> form;
  while (!body.empty()) {
    auto end = body.find('&');
    auto pair = body.substr(0, end);
    body = end == std::string_view::npos ? std::string_view() : body.substr(end + 1);
    if (pair.empty()) continue;
    auto equals = pair.find('=');
    auto name = unescape(pair.substr(0, equals));
    auto value = unescape(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!name || !value || !form.emplace(*name, *value).second) return std::nullopt;
  }
  return form;
}

Authority::Authority(Clock clock) : clock_(std::move(clock)) {}

void Authority::set_audiences(std::vector<std::string> audiences) {
  std::lock_guard lock(mutex_);
  audiences_ = std::move(audiences);
}

void Authority::set_token_lifetime(std::int64_t seconds) {
  std::lock_guard lock(mutex_);
  lifetime_ = seconds;
}

std::int64_t Authority::token_lifetime() const {
  std::lock_guard lock(mutex_);
  return lifetime_;
}

std::optional<std::string> Authority::add_client(const std::string& client_id,
                                                 const std::string& organisation,
                                                 const std::string& public_pem,
                                                 std::set<std::string> scopes) {
  std::string why;
  auto key = read_public_key(public_pem, why);
  if (!key) return why;
  std::lock_guard lock(mutex_);
  clients_[client_id] =
      Client{organisation, std::move(key), scopes.empty() ? every_scope() : std::move(scopes)};
  return std::nullopt;
}

std::optional<std::string> Authority::add_second_key(const std::string& client_id,
                                                     const std::string& public_pem) {
  std::string why;
  auto key = read_public_key(public_pem, why);
  if (!key) return why;
  std::lock_guard lock(mutex_);
  auto client = clients_.find(client_id);
  if (client == clients_.end()) return "there is no such client";
  client->second.second = std::move(key);
  return std::nullopt;
}

bool Authority::remove_client(const std::string& client_id) {
  std::lock_guard lock(mutex_);
  std::erase_if(tokens_,
                [&](const auto& entry) { return entry.second.grant.client_id == client_id; });
  return clients_.erase(client_id) > 0;
}

Json Authority::clients() const {
  std::lock_guard lock(mutex_);
  Json list = Json::array();
  for (const auto& [id, client] : clients_) {
    list.push_back(
        {{"clientId", id},
         {"organisation", client.organisation},
         {"scopes", std::vector<std::string>(client.scopes.begin(), client.scopes.end())}});
  }
  return list;
}

http::Reply Authority::error(int status, const std::string& code, const std::string& description) {
  auto reply = http::json_reply(status, {{"error", code}, {"error_description", description}});
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

std::optional<Authority::Refusal> Authority::check_assertion(const std::string& assertion,
                                                             std::int64_t now,
                                                             std::string& client_id) {
  auto refuse = [](std::string why) { return Refusal{"invalid_client", std::move(why)}; };
  auto parts = split(assertion);
  if (!parts) return refuse("the assertion is not a compact JWS of three parts");
  auto header = decode_part(parts->header);
  auto claims = decode_part(parts->payload);
  auto signature = content::base64url_decode(parts->signature);
  if (!header || !claims || !signature) {
    return refuse("a part of the assertion is not base64url of a JSON object");
  }
  auto algorithm = text_of(*header, "alg");
  if (algorithm != "RS256" && algorithm != "ES256") {
    return refuse("alg must be RS256 or ES256");
  }
  if (header->contains("crit")) return refuse("crit names extensions that are not understood");
  auto issuer = text_of(*claims, "iss");
  if (issuer.empty() || issuer != text_of(*claims, "sub")) {
    return refuse("iss and sub must both be the client id");
  }
  auto client = clients_.find(issuer);
  if (client == clients_.end()) return refuse("the client is not registered");
  auto is_by = [&](const Key& key) {
    return key && verify(key.get(), algorithm, parts->signed_text, *signature);
  };
  if (!is_by(client->second.key) && !is_by(client->second.second)) {
    return refuse("the signature does not belong to the key registered for this client");
  }
  // Only now is what it says worth reading.
  auto audience = claims->find("aud");
  auto known = [&](const Json& value) {
    return value.is_string() && std::find(audiences_.begin(), audiences_.end(),
                                          value.get<std::string>()) != audiences_.end();
  };
  bool meant_for_us =
      audience != claims->end() &&
      (known(*audience) ||
       (audience->is_array() && std::any_of(audience->begin(), audience->end(), known)));
  if (!meant_for_us) return refuse("aud is not the URL of this token endpoint");
  auto expires = time_of(*claims, "exp");
  if (!expires) return refuse("exp is missing");
  if (*expires <= now) return refuse("the assertion has expired");
  if (*expires > now + kMostAssertionSeconds) {
    return refuse("exp lies more than 300 seconds ahead");
  }
  auto not_before = time_of(*claims, "nbf");
  auto issued = time_of(*claims, "iat");
  if ((not_before && *not_before > now + kClockSkewSeconds) ||
      (issued && *issued > now + kClockSkewSeconds)) {
    return refuse("iat or nbf lies in the future");
  }
  auto id = text_of(*claims, "jti");
  if (id.empty()) return refuse("jti is missing");
  std::erase_if(seen_, [now](const auto& entry) { return entry.second <= now; });
  if (!seen_.emplace(std::pair(issuer, id), *expires).second) {
    return refuse("jti was used before");
  }
  client_id = issuer;
  return std::nullopt;
}

http::Reply Authority::token(const http::Call& call) {
  if (call.method != "POST") {
    auto reply = error(405, "invalid_request", "the token endpoint takes POST");
    reply.headers.emplace_back("Allow", "POST");
    return reply;
  }
  auto type = call.header("content-type");
  auto form = parse_form(call.body);
  if (!type.starts_with("application/x-www-form-urlencoded") || !form) {
    return error(400, "invalid_request",
                 "the body must be application/x-www-form-urlencoded, each name once");
  }
  std::lock_guard lock(mutex_);
  auto grant_type = (*form)["grant_type"];
  if (grant_type.empty()) return error(400, "invalid_request", "grant_type is missing");
  if (grant_type != "client_credentials") {
    return error(400, "unsupported_grant_type", "only client_credentials is served");
  }
  if ((*form)["client_assertion_type"] != kAssertionType || (*form)["client_assertion"].empty()) {
    return error(401, "invalid_client",
                 "a client authenticates with a JWT bearer assertion; secrets are not served");
  }
  std::string client_id;
  if (auto refusal =
          check_assertion((*form)["client_assertion"], clock_() + call.clock_shift, client_id)) {
    ++counters_[client_id].refused;
    return error(401, refusal->code, refusal->description);
  }
  auto named = (*form)["client_id"];
  if (!named.empty() && named != client_id) {
    return error(401, "invalid_client", "client_id differs from the assertion's sub");
  }
  const auto& client = clients_.at(client_id);
  Grant grant{client_id, client.organisation, client.scopes};
  if (!(*form)["scope"].empty()) {
    grant.scopes.clear();
    std::istringstream words((*form)["scope"]);
    for (std::string scope; words >> scope;) {
      if (!client.scopes.contains(scope)) {
        return error(400, "invalid_scope", "the client may not have this scope: " + scope);
      }
      grant.scopes.insert(scope);
    }
  }
  ++counters_[client_id].issued;
  auto reply = http::json_reply(200, {{"access_token", give_token(grant)},
                                      {"token_type", "Bearer"},
                                      {"expires_in", lifetime_},
                                      {"scope", joined(grant.scopes)}});
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.headers.emplace_back("Pragma", "no-cache");
  return reply;
}

std::string Authority::give_token(const Grant& grant) {
  auto token = "sandbox-" + content::fresh_uuid() + content::fresh_uuid();
  std::erase_if(tokens_, [now = clock_()](const auto& entry) {
    // Kept a day after their end, so that "expired" can still be told from "unknown".
    return entry.second.expires + 86400 < now;
  });
  tokens_[token] = Token{grant, clock_() + lifetime_, clock_()};
  return token;
}

std::string Authority::issue(const std::string& organisation) {
  std::lock_guard lock(mutex_);
  return give_token({"control-api", organisation, every_scope()});
}

Checked Authority::check(const http::Call& call) const {
  auto header = call.header("authorization");
  if (!header.starts_with("Bearer ") || header.size() == 7) return {{}, "noAccessToken"};
  std::lock_guard lock(mutex_);
  auto token = tokens_.find(header.substr(7));
  if (token == tokens_.end()) return {{}, "invalidAccessToken"};
  if (token->second.expires <= clock_()) return {{}, "expiredAccessToken"};
  return {token->second.grant, ""};
}

std::optional<std::string> Authority::claimed_organisation(const http::Call& call) const {
  auto form = parse_form(call.body);
  if (!form) return std::nullopt;
  auto parts = split((*form)["client_assertion"]);
  if (!parts) return std::nullopt;
  auto claims = decode_part(parts->payload);
  if (!claims) return std::nullopt;
  std::lock_guard lock(mutex_);
  auto client = clients_.find(text_of(*claims, "iss"));
  if (client == clients_.end()) return std::nullopt;
  return client->second.organisation;
}

std::size_t Authority::expire_tokens() {
  std::lock_guard lock(mutex_);
  auto now = clock_();
  std::size_t count = 0;
  for (auto& [id, token] : tokens_) {
    if (token.expires > now) ++count;
    token.expires = std::min(token.expires, now);
  }
  return count;
}

std::map<std::string, Authority::Counters> Authority::counters() const {
  std::lock_guard lock(mutex_);
  return counters_;
}

}  // namespace semafoor::sandbox::oauth
