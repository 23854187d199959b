// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/upstreams.h"

#include <chrono>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

#include "gateway/upstream/ebox21/client.h"
#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/http/url.h"
#include "gateway/upstream/oauth/api_session.h"
#include "gateway/upstream/oauth/token_source.h"
#include "gateway/upstream/podmi/client.h"

namespace semafoor::upstream {
namespace {

// All clients share one HTTP client, and clients of one (client id, scope) one token.
class DefaultUpstreams final : public Upstreams {
 public:
  DefaultUpstreams(UpstreamOptions options, std::shared_ptr<vault::KeyRing> keys)
      : options_(std::move(options)),
        keys_(std::move(keys)),
        http_(make_http_client(
            {.ca_file = options_.ca_file,
             .user_agent = options_.user_agent,
             .connect_timeout = std::chrono::milliseconds(options_.connect_timeout_ms),
             .stall_timeout = std::chrono::milliseconds(options_.stall_timeout_ms)})) {}

  Result<std::shared_ptr<EboxClient>> ebox(const Credentials& credentials) override {
    Result<std::unique_ptr<ApiSession>> session =
        open(credentials, options_.ebox_base_url, "ebox_base_url", options_.ebox_scope);
    if (!session) return std::move(session).error();
    return ebox21::make_client(std::move(*session), options_.ebox_provider_id, timeout());
  }

  Result<std::shared_ptr<PodmiClient>> podmi(const Credentials& credentials) override {
    Result<std::unique_ptr<ApiSession>> session =
        open(credentials, options_.podmi_base_url, "podmi_base_url", options_.podmi_scope);
    if (!session) return std::move(session).error();
    return podmi::make_client(std::move(*session), credentials.organisation, timeout());
  }

 private:
  std::chrono::milliseconds timeout() const {
    return std::chrono::milliseconds(options_.request_timeout_ms);
  }

  Result<std::unique_ptr<ApiSession>> open(const Credentials& credentials,
                                           const std::string& base_url, const std::string& setting,
                                           const std::string& scope) {
    Result<std::string> base = checked_base_url(base_url, setting);
    if (!base) return std::move(base).error();
    Result<std::string> endpoint = checked_base_url(options_.token_endpoint, "token_endpoint");
    if (!endpoint) return std::move(endpoint).error();
    if (credentials.client_id.empty()) {
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "upstream.no_client_id",
                   .message = "Opening the upstreams of the organisation " +
                              credentials.organisation +
                              ": it has no OAuth client id. Enter the one of its REST account."};
    }
    // A key that cannot be used is told now and not at the first token.
    Result<std::shared_ptr<vault::Signer>> signer = keys_->signer(credentials.key_name);
    if (!signer) return std::move(signer).error();
    return std::make_unique<ApiSession>(http_, tokens(credentials, scope), std::move(*base));
  }

  std::shared_ptr<TokenSource> tokens(const Credentials& credentials, const std::string& scope) {
    const std::lock_guard lock(mutex_);
    // Sources that nobody uses any more go; what remains is one per organisation and API.
    std::erase_if(tokens_, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<TokenSource>& known =
        tokens_[{credentials.client_id, credentials.key_name, scope}];
    if (std::shared_ptr<TokenSource> source = known.lock()) return source;
    auto source = std::make_shared<TokenSource>(
        http_, keys_,
        TokenSettings{
            .endpoint = options_.token_endpoint,
            .audience = options_.audience.empty() ? options_.token_endpoint : options_.audience,
            .client_id = credentials.client_id,
            .scope = scope,
            .key_name = credentials.key_name,
            .timeout = timeout()});
    known = source;
    return source;
  }

  const UpstreamOptions options_;
  const std::shared_ptr<vault::KeyRing> keys_;
  const std::shared_ptr<HttpClient> http_;
  std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, std::string>, std::weak_ptr<TokenSource>> tokens_;
};

}  // namespace

std::unique_ptr<Upstreams> make_upstreams(UpstreamOptions options,
                                          std::shared_ptr<vault::KeyRing> keys) {
  return std::make_unique<DefaultUpstreams>(std::move(options), std::move(keys));
}

}  // namespace semafoor::upstream
