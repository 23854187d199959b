// SPDX-License-Identifier: Apache-2.0
//
// Makes the clients of one organisation.
#pragma once

#include <memory>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/upstream/ebox_address.h"
#include "gateway/upstream/ebox_client.h"
#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/http/proxy_settings.h"
#include "gateway/upstream/oauth/api_session.h"
#include "gateway/upstream/oauth/clock_skew.h"
#include "gateway/upstream/oauth/token_source.h"
#include "gateway/upstream/podmi_client.h"
#include "gateway/upstream/registry/client.h"
#include "gateway/vault/signer.h"

namespace semafoor::upstream {

// How signals and answers travel.
enum class PodmiWire {
  // Asynchronous messages of the Belgif guide.
  cloudevents,
  // A typed SOAP service with the blocks of CommonV3.
  soa,
  // XML in the WebServiceConnector of the KSZ.
  ssdn,
};

struct UpstreamOptions {
  // Name of the preset that the addresses come from (environments.h); for people.
  std::string environment = "custom";
  // OAuth 2.0 token endpoint; the audience of the assertion is `audience`, or the endpoint when
  // empty.
  std::string token_endpoint;
  std::string audience;
  // Base URL of the message registry, ending before "/ebox".
  std::string ebox_base_url;
  // Name that goes into message identity; stable for ever.
  std::string ebox_provider_id = "nsso";
  // Base URL of the federation API, ending before or with "/messageProviders"; empty: no registry,
  // and the provider above is the only one.
  std::string registry_url;
  // Empty: the client's default scopes.
  std::string registry_scope;
  // Providers that speak 3 are called, in the provisional dialect.
  bool dialect3 = false;
  // Of signals and answers. For CloudEvents the address ends before "/v1"; for SOA and SSDN it is
  // the service's own.
  std::string podmi_base_url;
  PodmiWire podmi_wire = PodmiWire::cloudevents;
  FetchManner podmi_fetch = FetchManner::acknowledged;
  // What a SOAP service asks for: a signed message, a technical account, or both.
  bool podmi_signed = false;
  bool podmi_account = false;
  // Legal context of CommonV3, for SOA.
  std::string podmi_legal_context;
  std::string ebox_scope;
  std::string podmi_scope;
  // PEM bundle; empty: the system's.
  std::string ca_file;
  std::int64_t connect_timeout_ms = 10'000;
  std::int64_t request_timeout_ms = 30'000;
  // A transfer slower than 1 KiB/s for this long is given up.
  std::int64_t stall_timeout_ms = 30'000;
  std::string user_agent;
  ProxySettings proxy;
};

struct Credentials {
  // CBE number.
  std::string organisation;
  std::string client_id;
  std::string key_name;
  // Client id and key are a service provider's: each call of the e-Box names the organisation.
  bool representative = false;
  // For SOAP services.
  struct TechnicalAccount {
    std::string user;
    std::string password_name;
    std::string user_id;
    std::string email;

    bool operator==(const TechnicalAccount&) const = default;
  };
  TechnicalAccount account = {};

  bool operator==(const Credentials&) const = default;
};

// What the settings say of connections, and of the token of one organisation and scope.
HttpSettings http_settings(const UpstreamOptions& options);
TokenSettings token_settings(const UpstreamOptions& options, const Credentials& credentials,
                             const std::string& scope);

// "On-Behalf-Of-Enterprise-Number: <10 digits>" in representative mode, otherwise nothing. The
// header is documented for publication (dev.eboxenterprise.be, docs/dp/publication); that it is the
// same for consultation is inferred (docs/origin-of-facts.md).
ApiSession::Headers on_behalf_of(const Credentials& credentials);

class Upstreams {
 public:
  virtual ~Upstreams() = default;
  // The clients keep their connections and tokens; they live as long as the caller holds them.
  virtual Result<std::shared_ptr<EboxClient>> ebox(const Credentials& credentials) = 0;
  // A provider of the registry. All providers get the same token.
  virtual Result<std::shared_ptr<EboxClient>> ebox_at(const Credentials& credentials,
                                                      const EboxAddress& address) = 0;
  virtual Result<std::shared_ptr<RegistryClient>> registry(const Credentials& credentials) = 0;
  virtual Result<std::shared_ptr<PodmiClient>> podmi(const Credentials& credentials) = 0;
};

// `skew` learns from every token that is asked for.
std::unique_ptr<Upstreams> make_upstreams(
    UpstreamOptions options, std::shared_ptr<vault::KeyRing> keys,
    std::shared_ptr<ClockSkew> skew = std::make_shared<ClockSkew>());

}  // namespace semafoor::upstream
