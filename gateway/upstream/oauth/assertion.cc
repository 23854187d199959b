// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/oauth/assertion.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/domain/uuid.h"
#include "gateway/upstream/json/encoding.h"

namespace semafoor::upstream {

Result<std::string> make_assertion(const std::string& client_id, const std::string& audience,
                                   std::int64_t now_unix_seconds, vault::Signer& signer) {
  const nlohmann::json header = {{"alg", signer.algorithm()}, {"typ", "JWT"}};
  const nlohmann::json claims = {
      {"iss", client_id},        {"sub", client_id},
      {"aud", audience},         {"jti", domain::uuid_v4()},
      {"iat", now_unix_seconds}, {"exp", now_unix_seconds + kAssertionLifetimeSeconds}};
  using nlohmann::json;
  std::string signed_part = base64url(header.dump(-1, ' ', false, json::error_handler_t::replace)) +
                            "." +
                            base64url(claims.dump(-1, ' ', false, json::error_handler_t::replace));
  Result<std::string> signature = signer.sign(signed_part);
  if (!signature) return std::move(signature).error();
  return signed_part + "." + base64url(*signature);
}

}  // namespace semafoor::upstream
