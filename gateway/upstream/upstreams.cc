// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/upstreams.h"

#include <chrono>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

#include "gateway/upstream/ebox21/client.h"
#include "gateway/upstream/ebox3/client.h"
#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/http/url.h"
#include "gateway/upstream/oauth/api_session.h"
#include "gateway/upstream/oauth/token_source.h"
#include "gateway/upstream/podmi/client.h"
#include "gateway/upstream/podmi/soap_mailbox.h"

namespace semafoor::upstream {
namespace {

// All clients share one HTTP client, and clients of one (client id, scope) one token.
class DefaultUpstreams final : public Upstreams {
 public:
  DefaultUpstreams(UpstreamOptions options, std::shared_ptr<vault::KeyRing> keys,
                   std::shared_ptr<ClockSkew> skew)
      : options_(std::move(options)),
        keys_(std::move(keys)),
        skew_(std::move(skew)),
        http_(make_http_client(http_settings(options_))) {}

  Result<std::shared_ptr<EboxClient>> ebox(const Credentials& credentials) override {
    Result<std::unique_ptr<ApiSession>> session =
        open(credentials, options_.ebox_base_url, "ebox_base_url", options_.ebox_scope,
             on_behalf_of(credentials));
    if (!session) return std::move(session).error();
    return client21(std::move(*session), credentials, options_.ebox_provider_id);
  }

  Result<std::shared_ptr<EboxClient>> ebox_at(const Credentials& credentials,
                                              const EboxAddress& address) override {
    Result<std::unique_ptr<ApiSession>> session =
        open(credentials, address.base_url, "messageProviderUrl", options_.ebox_scope,
             on_behalf_of(credentials));
    if (!session) return std::move(session).error();
    if (address.dialect == Dialect::v3) {
      return ebox3::make_client(std::move(*session), address.provider_id, timeout());
    }
    return client21(std::move(*session), credentials, address.provider_id);
  }

  Result<std::shared_ptr<RegistryClient>> registry(const Credentials& credentials) override {
    Result<std::unique_ptr<ApiSession>> session =
        open(credentials, options_.registry_url, "registry_url", options_.registry_scope, {});
    if (!session) return std::move(session).error();
    return upstream::registry::make_client(std::move(*session), timeout());
  }

  Result<std::shared_ptr<PodmiClient>> podmi(const Credentials& credentials) override {
    if (options_.podmi_wire != PodmiWire::cloudevents) {
      return podmi::make_soap_mailbox(options_, credentials, {http_, keys_, skew_});
    }
    Result<std::unique_ptr<ApiSession>> session =
        open(credentials, options_.podmi_base_url, "podmi_base_url", options_.podmi_scope, {});
    if (!session) return std::move(session).error();
    return podmi::make_client(std::move(*session), credentials.organisation, options_.podmi_fetch,
                              timeout());
  }

 private:
  std::chrono::milliseconds timeout() const {
    return std::chrono::milliseconds(options_.request_timeout_ms);
  }

  std::shared_ptr<EboxClient> client21(std::unique_ptr<ApiSession> session,
                                       const Credentials& credentials,
                                       const std::string& provider_id) {
    std::shared_ptr<ebox21::ReferenceCache> references = references_at(session->base_url());
    return ebox21::make_client(std::move(session),
                               {.provider_id = provider_id,
                                .organisation = credentials.organisation,
                                .timeout = timeout()},
                               std::move(references));
  }

  std::shared_ptr<ebox21::ReferenceCache> references_at(const std::string& base_url) {
    const std::lock_guard lock(mutex_);
    std::erase_if(references_, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<ebox21::ReferenceCache>& known = references_[base_url];
    if (std::shared_ptr<ebox21::ReferenceCache> cache = known.lock()) return cache;
    auto cache = std::make_shared<ebox21::ReferenceCache>();
    known = cache;
    return cache;
  }

  Result<std::unique_ptr<ApiSession>> open(const Credentials& credentials,
                                           const std::string& base_url, const std::string& setting,
                                           const std::string& scope, ApiSession::Headers headers) {
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
    return std::make_unique<ApiSession>(http_, tokens(credentials, scope), std::move(*base),
                                        std::move(headers));
  }

  std::shared_ptr<TokenSource> tokens(const Credentials& credentials, const std::string& scope) {
    const std::lock_guard lock(mutex_);
    // Sources that nobody uses any more go; what remains is one per organisation and API.
    std::erase_if(tokens_, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<TokenSource>& known =
        tokens_[{credentials.client_id, credentials.key_name, scope}];
    if (std::shared_ptr<TokenSource> source = known.lock()) return source;
    auto source =
        std::make_shared<TokenSource>(http_, keys_, token_settings(options_, credentials, scope),
                                      &TokenSource::Clock::now, skew_);
    known = source;
    return source;
  }

  const UpstreamOptions options_;
  const std::shared_ptr<vault::KeyRing> keys_;
  const std::shared_ptr<ClockSkew> skew_;
  const std::shared_ptr<HttpClient> http_;
  std::mutex mutex_;
  // One a provider, by its address: what its reference data say is the same for every organisation.
  std::map<std::string, std::weak_ptr<ebox21::ReferenceCache>> references_;
  std::map<std::tuple<std::string, std::string, std::string>, std::weak_ptr<TokenSource>> tokens_;
};

}  // namespace

HttpSettings http_settings(const UpstreamOptions& options) {
  return {.ca_file = options.ca_file,
          .user_agent = options.user_agent,
          .connect_timeout = std::chrono::milliseconds(options.connect_timeout_ms),
          .stall_timeout = std::chrono::milliseconds(options.stall_timeout_ms),
          .proxy = options.proxy};
}

TokenSettings token_settings(const UpstreamOptions& options, const Credentials& credentials,
                             const std::string& scope) {
  return {.endpoint = options.token_endpoint,
          .audience = options.audience.empty() ? options.token_endpoint : options.audience,
          .client_id = credentials.client_id,
          .scope = scope,
          .key_name = credentials.key_name,
          .timeout = std::chrono::milliseconds(options.request_timeout_ms)};
}

ApiSession::Headers on_behalf_of(const Credentials& credentials) {
  if (!credentials.representative) return {};
  return {{"On-Behalf-Of-Enterprise-Number", credentials.organisation}};
}

std::unique_ptr<Upstreams> make_upstreams(UpstreamOptions options,
                                          std::shared_ptr<vault::KeyRing> keys,
                                          std::shared_ptr<ClockSkew> skew) {
  return std::make_unique<DefaultUpstreams>(std::move(options), std::move(keys), std::move(skew));
}

}  // namespace semafoor::upstream
