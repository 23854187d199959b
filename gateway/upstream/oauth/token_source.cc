// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/oauth/token_source.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/http/api_problem.h"
#include "gateway/upstream/http/http_failure.h"
#include "gateway/upstream/http/url.h"
#include "gateway/upstream/oauth/assertion.h"

namespace semafoor::upstream {
namespace {

// `expires_in` is only recommended (RFC 6749 section 5.1); without it we assume little.
constexpr double kAssumedLifetimeSeconds = 300;
constexpr double kLongestLifetimeSeconds = 24 * 60 * 60;
constexpr double kRenewAt = 0.8;
// After a failed early renewal the old token serves on, and the next try waits this long.
constexpr std::chrono::seconds kPauseAfterFailedRenewal{10};
// From this difference on, a refusal may come from how the assertion was dated, and one dated anew
// may not be refused.
constexpr std::int64_t kWorthAnotherTrySeconds = 5;

std::int64_t unix_now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool is_refusal(int status) {
  return status == 400 || status == 401;
}

// RFC 6749 section 5.2.
std::string advice_for(std::string_view error) {
  if (error == "invalid_scope") {
    return "The client may not have the scope that is asked for: leave ebox_scope and podmi_scope "
           "out of the configuration of the gateway, or have the scope added to the account";
  }
  if (error == "unauthorized_client") {
    return "The account may not ask for tokens in this way: look in ChaMan whether it is active "
           "and "
           "of type REST";
  }
  if (error == "unsupported_grant_type" || error == "invalid_request") {
    return "The address may be of another version of the authorization server: check "
           "token_endpoint "
           "in the configuration of the gateway";
  }
  return "Check the client id, the registered certificate of its key and the audience (which is "
         "the "
         "address of the token endpoint unless the server says otherwise)";
}

// b64token of RFC 6750 section 2.1; what else came could break out of the header.
bool is_bearer_token(const std::string& value) {
  return !value.empty() && value.size() <= 16 * 1024 &&
         std::all_of(value.begin(), value.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~' || c == '+' ||
                  c == '/' || c == '=';
         });
}

bool is_bearer_type(std::string type) {
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type == "bearer";
}

// A number; some servers write it as a string.
double lifetime_of(const nlohmann::json& answer) {
  const auto member = answer.find("expires_in");
  double seconds = kAssumedLifetimeSeconds;
  if (member == answer.end()) return seconds;
  if (member->is_number()) {
    seconds = member->get<double>();
  } else if (member->is_string()) {
    const auto& text = member->get_ref<const std::string&>();
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (problem != std::errc{}) return kAssumedLifetimeSeconds;
  }
  return std::isfinite(seconds) ? std::clamp(seconds, 0.0, kLongestLifetimeSeconds)
                                : kAssumedLifetimeSeconds;
}

TokenSource::Clock::duration seconds(double count) {
  return std::chrono::duration_cast<TokenSource::Clock::duration>(
      std::chrono::duration<double>(count));
}

}  // namespace

TokenSource::TokenSource(std::shared_ptr<HttpClient> http, std::shared_ptr<vault::KeyRing> keys,
                         TokenSettings settings, std::function<Clock::time_point()> now,
                         std::shared_ptr<ClockSkew> skew)
    : http_(std::move(http)),
      keys_(std::move(keys)),
      settings_(std::move(settings)),
      now_(std::move(now)),
      skew_(std::move(skew)) {}

Result<std::string> TokenSource::token(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const Clock::time_point now = now_();
    if (held_ && now < held_->renew_at) return held_->value;
    if (!fetching_) break;
    // Somebody renews early: the old one is still good for the others.
    if (held_ && now < held_->expires_at) return held_->value;
    const std::uint64_t seen = finished_;
    if (!changed_.wait(lock, stop, [&] { return finished_ != seen; })) return cancelled();
    // The request that was waited for failed: so would the next one, most likely. Except when its
    // caller went away, which says nothing.
    if (last_failure_ && last_failure_->code != "upstream.cancelled") return *last_failure_;
  }

  fetching_ = true;
  lock.unlock();
  Result<Held> fetched = fetch(stop);
  lock.lock();
  fetching_ = false;
  ++finished_;
  changed_.notify_all();
  if (fetched) {
    last_failure_.reset();
    held_ = std::move(*fetched);
    return held_->value;
  }
  last_failure_ = fetched.error();
  const Clock::time_point now = now_();
  if (held_ && now < held_->expires_at && fetched.error().code != "upstream.cancelled") {
    held_->renew_at = std::min(held_->expires_at, now + kPauseAfterFailedRenewal);
    return held_->value;
  }
  return std::move(fetched).error();
}

void TokenSource::invalidate(const std::string& token) {
  const std::lock_guard lock(mutex_);
  if (held_ && held_->value == token) held_.reset();
}

std::optional<TokenGrant> TokenSource::grant() const {
  const std::lock_guard lock(mutex_);
  return held_ ? std::optional(held_->grant) : std::nullopt;
}

Result<HttpRequest> TokenSource::make_request(std::int64_t correction) const {
  // The key is asked for each time: a key that was replaced counts from the next token on.
  Result<std::shared_ptr<vault::Signer>> signer = keys_->signer(settings_.key_name);
  if (!signer) return std::move(signer).error();
  Result<std::string> assertion = make_assertion(settings_.client_id, settings_.audience,
                                                 unix_now_ms() / 1000 - correction, **signer);
  if (!assertion) return std::move(assertion).error();
  HttpRequest request{.method = "POST",
                      .url = settings_.endpoint,
                      .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                                  {"Accept", "application/json"}},
                      .body = "grant_type=client_credentials&client_assertion_type=" +
                              percent_encoded("urn:ietf:params:oauth:client-assertion-type:"
                                              "jwt-bearer") +
                              "&client_assertion=" + percent_encoded(*assertion),
                      .purpose = "Asking for an access token",
                      .timeout = settings_.timeout};
  if (!settings_.scope.empty()) request.body += "&scope=" + percent_encoded(settings_.scope);
  return request;
}

Result<TokenSource::Held> TokenSource::fetch(std::stop_token stop) {
  for (bool again = false;; again = true) {
    const std::int64_t correction = skew_->correction_seconds();
    const Result<HttpRequest> request = make_request(correction);
    if (!request) return request.error();
    const Clock::time_point asked_at = now_();
    const std::int64_t sent_ms = unix_now_ms();
    const HttpExchange exchange = http_->send(*request, {}, stop);
    skew_->observe(sent_ms, unix_now_ms(), exchange.header("date"));
    if (exchange.failure) return *exchange.failure;
    if (exchange.status == 200) return read_answer(*request, exchange, asked_at);
    if (!is_refusal(exchange.status)) return api_error(*request, exchange);
    // The first answer of all, or the first since the clock was set: only now is it known.
    const bool dated_wrongly =
        std::abs(skew_->correction_seconds() - correction) >= kWorthAnotherTrySeconds;
    if (again || !dated_wrongly) return refusal(*request, exchange);
  }
}

Result<TokenSource::Held> TokenSource::read_answer(const HttpRequest& request,
                                                   const HttpExchange& exchange,
                                                   Clock::time_point asked_at) const {
  const nlohmann::json answer = nlohmann::json::parse(exchange.body, nullptr, false);
  if (!answer.is_object()) return malformed(request, exchange, "is not a JSON object");
  const auto text = [&answer](const char* name) {
    const auto member = answer.find(name);
    return member != answer.end() && member->is_string() ? member->get<std::string>()
                                                         : std::string();
  };
  Held held;
  held.value = text("access_token");
  if (!is_bearer_token(held.value)) {
    return malformed(request, exchange, "holds no usable access_token");
  }
  if (!is_bearer_type(text("token_type"))) {
    return malformed(request, exchange, "gives a token of another type than Bearer");
  }
  // Counted from before the request: a slow answer shortens the token's life here, never there.
  const double lifetime = lifetime_of(answer);
  held.grant = {std::chrono::seconds(static_cast<std::int64_t>(lifetime)),
                shown_text(text("scope"))};
  held.renew_at = asked_at + seconds(lifetime * kRenewAt);
  held.expires_at = asked_at + seconds(lifetime);
  return held;
}

// Not retryable: the same client and key will be refused again.
Error TokenSource::refusal(const HttpRequest& request, const HttpExchange& exchange) const {
  const ApiProblem problem = read_problem(exchange);
  std::string what = "the authorization server answered " + problem.shown(exchange.status) + ". " +
                     advice_for(problem.code);
  const std::int64_t skew = skew_->state().skew_seconds;
  if (std::abs(skew) > kWrongClockSeconds) {
    what += ". Besides, this machine's clock is " + skew_text(skew) +
            " the server's: set it right (the request was dated by the server's clock, within a "
            "day)";
  }
  return completed(Error{.kind = ErrorKind::unauthenticated,
                         .code = "upstream.token_refused",
                         .message = std::move(what)},
                   request, exchange);
}

}  // namespace semafoor::upstream
