// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/oauth/clock_skew.h"
#include "gateway/vault/signer.h"

namespace semafoor::upstream {

struct TokenSettings {
  std::string endpoint;
  // Of the assertion.
  std::string audience;
  std::string client_id;
  // Empty: the client's default scopes, as the NSSO advises (reference ebox-api 1.2).
  std::string scope;
  std::string key_name;
  std::chrono::milliseconds timeout{30'000};
};

// What the authorization server said with a token.
struct TokenGrant {
  std::chrono::seconds life{};
  // Separated by spaces, shortened and masked; empty when the server does not say, and then it is
  // what was asked for (RFC 6749 section 5.1).
  std::string scopes;
};

// Access tokens of one (client, scope): OAuth 2.0 client credentials (RFC 6749 section 4.4) with
// private_key_jwt (RFC 7523). A token is used until 80 % of its life has passed, by a clock that
// nobody sets. Assertions are dated by the server's clock as far as `skew` knows it; a refusal that
// shows ours to be wrong costs one more request and no token. Safe from several threads; however
// many callers wait, one of them asks.
class TokenSource {
 public:
  using Clock = std::chrono::steady_clock;

  TokenSource(std::shared_ptr<HttpClient> http, std::shared_ptr<vault::KeyRing> keys,
              TokenSettings settings, std::function<Clock::time_point()> now = &Clock::now,
              std::shared_ptr<ClockSkew> skew = std::make_shared<ClockSkew>());

  // "upstream.token_refused" when the authorization server says no; otherwise the errors of the
  // exchange and of the vault.
  Result<std::string> token(std::stop_token stop);

  // An API answered 401 to this token: the next call asks for a new one. A token that was replaced
  // since is left alone, so that several 401 at once cost one renewal.
  void invalidate(const std::string& token);

  // Of the token that is held; nullopt while there is none.
  std::optional<TokenGrant> grant() const;

 private:
  struct Held {
    std::string value;
    TokenGrant grant;
    Clock::time_point renew_at;
    Clock::time_point expires_at;
  };

  Result<Held> fetch(std::stop_token stop);
  Result<Held> read_answer(const HttpRequest& request, const HttpExchange& exchange,
                           Clock::time_point asked_at) const;
  Error refusal(const HttpRequest& request, const HttpExchange& exchange) const;
  // The request with a fresh assertion, dated `correction` seconds before our clock.
  Result<HttpRequest> make_request(std::int64_t correction) const;

  const std::shared_ptr<HttpClient> http_;
  const std::shared_ptr<vault::KeyRing> keys_;
  const TokenSettings settings_;
  const std::function<Clock::time_point()> now_;
  const std::shared_ptr<ClockSkew> skew_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Held> held_;
  bool fetching_ = false;
  // How the last finished request went, for those who waited for it.
  std::uint64_t finished_ = 0;
  std::optional<Error> last_failure_;
};

}  // namespace semafoor::upstream
