// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/testing/fixture.h"

#include <utility>

#include "gateway/upstream/json/encoding.h"

namespace semafoor::upstream::testing {
namespace {

class DigestSigner final : public vault::Signer {
 public:
  std::string_view algorithm() const override { return "RS256"; }
  Result<std::string> sign(std::string_view data) override { return sha256(data); }
  Result<vault::KeyFacts> describe() override { return vault::KeyFacts{.algorithm = "RS256"}; }
  Result<void> test() override { return {}; }
};

class TestKeys final : public vault::KeyRing {
 public:
  Result<std::shared_ptr<vault::Signer>> signer(const std::string&) override {
    return std::shared_ptr<vault::Signer>(std::make_shared<DigestSigner>());
  }
  Result<std::string> certificate(const std::string&) override {
    return Error{.code = "vault.certificate_missing", .message = "none"};
  }
  Result<std::shared_ptr<const vault::SecretBytes>> password(const std::string&) override {
    return std::make_shared<const vault::SecretBytes>("sesame");
  }
};

}  // namespace

std::shared_ptr<vault::KeyRing> make_test_keys() {
  return std::make_shared<TestKeys>();
}

PretendUpstream::PretendUpstream(ScriptedServer::Handler api)
    : api_(std::move(api)),
      server_([this](const ReceivedRequest& request, ServerConnection& connection) {
        if (request.path() != "/token") return api_(request, connection);
        connection.json(200, R"({"access_token":"token-)" + std::to_string(++tokens_given_) +
                                 R"(","token_type":"Bearer","expires_in":600})");
      }) {}

UpstreamOptions PretendUpstream::options() const {
  return UpstreamOptions{.token_endpoint = server_.url() + "/token",
                         .ebox_base_url = server_.url() + "/registry/v2/",
                         .ebox_provider_id = "nsso",
                         .podmi_base_url = server_.url() + "/podmi",
                         .podmi_fetch = podmi_fetch,
                         .podmi_scope = "X-scope:podmi:mailbox",
                         .connect_timeout_ms = 20'000,
                         .request_timeout_ms = request_timeout_ms,
                         .stall_timeout_ms = stall_timeout_ms,
                         .user_agent = "semafoor-test"};
}

std::shared_ptr<EboxClient> PretendUpstream::ebox() const {
  return make_upstreams(options(), make_test_keys())
      ->ebox({.organisation = kOrganisation, .client_id = "client", .key_name = "key"})
      .value();
}

std::shared_ptr<PodmiClient> PretendUpstream::podmi() const {
  return make_upstreams(options(), make_test_keys())
      ->podmi({.organisation = kOrganisation, .client_id = "client", .key_name = "key"})
      .value();
}

std::vector<ReceivedRequest> PretendUpstream::api_requests() const {
  std::vector<ReceivedRequest> requests = server_.requests();
  std::erase_if(requests, [](const ReceivedRequest& one) { return one.path() == "/token"; });
  return requests;
}

}  // namespace semafoor::upstream::testing
