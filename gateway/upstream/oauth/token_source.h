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

// Access tokens of one (client, scope): OAuth 2.0 client credentials (RFC 6749 section 4.4) with
// private_key_jwt (RFC 7523). A token is used until 80 % of its life has passed, by a clock that
// nobody sets. Safe from several threads; however many callers wait, one request is made.
class TokenSource {
 public:
  using Clock = std::chrono::steady_clock;

  TokenSource(std::shared_ptr<HttpClient> http, std::shared_ptr<vault::KeyRing> keys,
              TokenSettings settings, std::function<Clock::time_point()> now = &Clock::now);

  // "upstream.token_refused" when the authorization server says no; otherwise the errors of the
  // exchange and of the vault.
  Result<std::string> token(std::stop_token stop);

  // An API answered 401 to this token: the next call asks for a new one. A token that was replaced
  // since is left alone, so that several 401 at once cost one renewal.
  void invalidate(const std::string& token);

 private:
  struct Held {
    std::string value;
    Clock::time_point renew_at;
    Clock::time_point expires_at;
  };

  Result<Held> fetch(std::stop_token stop);
  Result<Held> read_answer(const HttpRequest& request, const HttpExchange& exchange,
                           Clock::time_point asked_at) const;
  Error refusal(const HttpRequest& request, const HttpExchange& exchange) const;

  const std::shared_ptr<HttpClient> http_;
  const std::shared_ptr<vault::KeyRing> keys_;
  const TokenSettings settings_;
  const std::function<Clock::time_point()> now_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Held> held_;
  bool fetching_ = false;
  // How the last finished request went, for those who waited for it.
  std::uint64_t finished_ = 0;
  std::optional<Error> last_failure_;
};

}  // namespace semafoor::upstream
