// SPDX-License-Identifier: Apache-2.0
//
// Token introspection (RFC 7662) as a Document Provider uses it: authenticated with the provider's
// own bearer token. The members are those of the official sample (e-Box documentation site,
// dp/consultation_profile); its enterprise number comes without a leading zero, and so does ours.
#include "tests/sandbox/content/digest.h"
#include "tests/sandbox/oauth/authority.h"

namespace semafoor::sandbox::oauth {
namespace {

using http::Json;

http::Reply unauthorised(const std::string& code) {
  auto reply = Authority::error(401, "invalid_token", "an access token of a provider is needed");
  reply.headers.emplace_back("WWW-Authenticate", code == "noAccessToken"
                                                     ? "Bearer realm=\"sandbox\""
                                                     : "Bearer error=\"invalid_token\"");
  return reply;
}

std::string without_leading_zero(const std::string& cbe) {
  return cbe.starts_with('0') ? cbe.substr(1) : cbe;
}

std::string joined(const std::set<std::string>& scopes) {
  std::string text;
  for (const auto& scope : scopes) text += (text.empty() ? "" : " ") + scope;
  return text;
}

}  // namespace

http::Reply Authority::introspect(const http::Call& call) const {
  if (call.method != "POST") {
    auto reply = error(405, "invalid_request", "the introspection endpoint takes POST");
    reply.headers.emplace_back("Allow", "POST");
    return reply;
  }
  const Checked caller = check(call);
  if (!caller.grant) return unauthorised(caller.problem);
  if (!caller.grant->scopes.contains(std::string(kIntrospectScope))) {
    auto reply = error(403, "insufficient_scope", "the client may not introspect");
    reply.headers.emplace_back("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"" +
                                                       std::string(kIntrospectScope) + "\"");
    return reply;
  }
  auto form = parse_form(call.body);
  if (!form || (*form)["token"].empty()) {
    return error(400, "invalid_request", "the form needs the token that is asked about");
  }
  std::lock_guard lock(mutex_);
  const auto now = clock_();
  const auto found = tokens_.find((*form)["token"]);
  // RFC 7662 section 2.2: of a token that is not good, nothing is told.
  if (found == tokens_.end() || found->second.expires <= now) {
    return http::json_reply(200, {{"active", false}});
  }
  const Token& token = found->second;
  return http::json_reply(200,
                          {{"active", true},
                           {"client_id", token.grant.client_id},
                           {"token_type", "Bearer"},
                           {"sub", token.grant.client_id},
                           {"aud", token.grant.client_id},
                           {"iss", audiences_.empty() ? "" : audiences_.front()},
                           {"jti", content::to_hex(content::sha256(found->first))},
                           {"iat", token.issued},
                           {"nbf", token.issued},
                           {"exp", token.expires},
                           {"scope", joined(token.grant.scopes)},
                           {"principalAttributes",
                            {{"urn:be:fgov:kbo-bce:organization:cbe-number",
                              Json::array({without_leading_zero(token.grant.organisation)})}}}});
}

}  // namespace semafoor::sandbox::oauth
