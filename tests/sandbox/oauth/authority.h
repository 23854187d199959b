// SPDX-License-Identifier: Apache-2.0
//
// The pretended authorization server: OAuth 2.0 client_credentials with private_key_jwt (RFC 6749
// section 4.4, RFC 7523 section 2.2). All functions [any-thread].
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox/http/message.h"
#include "tests/sandbox/oauth/keys.h"

namespace semafoor::sandbox::oauth {

inline constexpr std::string_view kEboxScope =
    "scope:document:management:consult:ws-eboxrestentreprise:documentconsumer";
inline constexpr std::string_view kRegistryScope =
    "scope:documentmanagement:ebox:enterprise:federation-rest:registry";
// Of a provider that asks what a token stands for.
inline constexpr std::string_view kIntrospectScope =
    "scope:security:authorization:oauth:oauth-autz-server:introspect";
// Ours: the mailbox of POD MI is not public.
inline constexpr std::string_view kPodmiScope = "X-scope:podmi:mailbox";

// Longest time an assertion may have left, and how far ahead of ours a client's clock may be.
inline constexpr std::int64_t kMostAssertionSeconds = 300;
inline constexpr std::int64_t kClockSkewSeconds = 30;

struct Grant {
  std::string client_id;
  std::string organisation;
  std::set<std::string> scopes;
};

struct Checked {
  std::optional<Grant> grant;
  // When there is none: "noAccessToken", "invalidAccessToken" or "expiredAccessToken".
  std::string problem;
};

// Seconds since 1970.
using Clock = std::function<std::int64_t()>;

class Authority {
 public:
  explicit Authority(Clock clock);

  // The assertion's "aud" must be one of these.
  void set_audiences(std::vector<std::string> audiences);
  void set_token_lifetime(std::int64_t seconds);
  std::int64_t token_lifetime() const;

  // Adds or replaces (a rotated key). Returns a sentence when the key is not usable. Empty
  // `scopes`: all that a consumer may have.
  std::optional<std::string> add_client(const std::string& client_id,
                                        const std::string& organisation,
                                        const std::string& public_pem,
                                        std::set<std::string> scopes = {});
  // A second key of a client that is there, in the place of an earlier second one: both are good,
  // as while a key is rotated. add_client() leaves its own alone.
  std::optional<std::string> add_second_key(const std::string& client_id,
                                            const std::string& public_pem);
  bool remove_client(const std::string& client_id);
  http::Json clients() const;

  // POST of the token endpoint.
  http::Reply token(const http::Call& call);
  // POST of the introspection endpoint (RFC 7662), for a caller whose own token has that scope.
  http::Reply introspect(const http::Call& call) const;
  // A token without asking for proof, for whoever measures or tries something by hand.
  std::string issue(const std::string& organisation);
  // Errors in the shape of RFC 6749 section 5.2.
  static http::Reply error(int status, const std::string& code, const std::string& description);
  // What "Authorization: Bearer ..." stands for.
  Checked check(const http::Call& call) const;
  // Whom a request to the token endpoint claims to be for, unverified: only to aim faults.
  std::optional<std::string> claimed_organisation(const http::Call& call) const;

  // Every token given out so far counts as expired from now on.
  std::size_t expire_tokens();

  struct Counters {
    std::uint64_t issued = 0;
    std::uint64_t refused = 0;
  };
  std::map<std::string, Counters> counters() const;

 private:
  struct Client {
    std::string organisation;
    Key key;
    std::set<std::string> scopes;
    Key second = {};
  };
  struct Token {
    Grant grant;
    std::int64_t expires;
    std::int64_t issued;
  };
  struct Refusal {
    std::string code;
    std::string description;
  };

  // Both under the lock. The token is remembered; and the client's id is set when the assertion is
  // good.
  std::string give_token(const Grant& grant);
  // `now` is the time by which the assertion is judged.
  std::optional<Refusal> check_assertion(const std::string& assertion, std::int64_t now,
                                         std::string& client_id);

  const Clock clock_;
  mutable std::mutex mutex_;
  std::vector<std::string> audiences_;
  std::int64_t lifetime_ = 600;
  std::map<std::string, Client> clients_;
  std::map<std::string, Token> tokens_;
  // (client, jti) until when a repetition is refused.
  std::map<std::pair<std::string, std::string>, std::int64_t> seen_;
  std::map<std::string, Counters> counters_;
};

// application/x-www-form-urlencoded; nullopt on a broken escape or a repeated name.
std::optional<std::map<std::string, std::string>> parse_form(std::string_view body);

}  // namespace semafoor::sandbox::oauth
