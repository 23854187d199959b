// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/upstreams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "gateway/upstream/testing/fixture.h"

namespace semafoor::upstream {
namespace {

using ::testing::HasSubstr;
using testing::PretendUpstream;
using testing::ReceivedRequest;
using testing::ServerConnection;

const Credentials kCredentials{
    .organisation = testing::kOrganisation, .client_id = "client", .key_name = "key"};

void answer_empty(const ReceivedRequest& request, ServerConnection& connection) {
  connection.json(200,
                  request.path().starts_with("/podmi") ? "[]" : R"({"items":[],"totalItems":0})");
}

TEST(Upstreams, ClientsOfOneOrganisationShareItsToken) {
  PretendUpstream upstream(answer_empty);
  const auto upstreams = make_upstreams(upstream.options(), testing::make_test_keys());
  const auto first = upstreams->ebox(kCredentials).value();
  const auto second = upstreams->ebox(kCredentials).value();
  ASSERT_TRUE(first->list({.page_size = 1}, {}).ok());
  ASSERT_TRUE(second->list({.page_size = 1}, {}).ok());
  EXPECT_EQ(upstream.tokens_given(), 1);
}

TEST(Upstreams, EachScopeAndEachClientHasItsOwnToken) {
  PretendUpstream upstream(answer_empty);
  const auto upstreams = make_upstreams(upstream.options(), testing::make_test_keys());
  Credentials other = kCredentials;
  other.client_id = "another";
  const auto ebox = upstreams->ebox(kCredentials).value();
  const auto others = upstreams->ebox(other).value();
  const auto podmi = upstreams->podmi(kCredentials).value();
  ASSERT_TRUE(ebox->list({.page_size = 1}, {}).ok());
  ASSERT_TRUE(podmi->fetch("", 1, {}, {}).ok());
  ASSERT_TRUE(others->list({.page_size = 1}, {}).ok());
  EXPECT_EQ(upstream.tokens_given(), 3);
}

TEST(Upstreams, AServiceProviderNamesTheOrganisationToEachProviderAndNotToTheirRegistry) {
  PretendUpstream upstream([](const ReceivedRequest& request, ServerConnection& connection) {
    connection.json(200,
                    request.path().starts_with("/federation")
                        ? R"([{"messageProviderId":"p","messageProviderUrl":"https://p.example",
                                    "apiSupportedVersion":"2.1"}])"
                        : R"({"items":[],"totalItems":0})");
  });
  UpstreamOptions options = upstream.options();
  options.registry_url = upstream.server().url() + "/federation";
  const auto upstreams = make_upstreams(options, testing::make_test_keys());
  Credentials credentials = kCredentials;
  credentials.representative = true;
  for (const Dialect dialect : {Dialect::v21, Dialect::v3}) {
    const auto at = upstream.server().url() + "/other";
    const auto client = upstreams->ebox_at(credentials, {"p", at, dialect}).value();
    ASSERT_TRUE(client->list({}, {}).ok());
  }
  ASSERT_TRUE(upstreams->registry(credentials).value()->providers({}).ok());
  for (const ReceivedRequest& request : upstream.api_requests()) {
    const bool registry = request.path().starts_with("/federation");
    EXPECT_EQ(request.header("on-behalf-of-enterprise-number"),
              registry ? "" : testing::kOrganisation)
        << request.path();
  }
}

TEST(Upstreams, ClientsOutliveTheirMaker) {
  PretendUpstream upstream(answer_empty);
  const auto client = upstream.ebox();  // its maker is gone
  EXPECT_EQ(client->provider_id(), "nsso");
  EXPECT_TRUE(client->list({.page_size = 1}, {}).ok());
}

TEST(Upstreams, BadSettingsAreSaidBeforeAnythingIsSent) {
  PretendUpstream upstream(answer_empty);
  const auto refusal = [&](UpstreamOptions options, Credentials credentials) {
    const auto result =
        make_upstreams(std::move(options), testing::make_test_keys())->ebox(credentials);
    return result.ok() ? Error{} : result.error();
  };
  UpstreamOptions options = upstream.options();
  options.ebox_base_url = "http://ebox.example/v2";
  EXPECT_EQ(refusal(options, kCredentials).code, "upstream.bad_url");
  EXPECT_THAT(refusal(options, kCredentials).message, HasSubstr("ebox_base_url"));
  options = upstream.options();
  options.token_endpoint = "";
  EXPECT_THAT(refusal(options, kCredentials).message, HasSubstr("token_endpoint"));
  Credentials credentials = kCredentials;
  credentials.client_id = "";
  EXPECT_EQ(refusal(upstream.options(), credentials).code, "upstream.no_client_id");
  EXPECT_TRUE(upstream.server().requests().empty());
}

TEST(Upstreams, AMissingKeyIsSaidWhenTheClientIsMade) {
  PretendUpstream upstream(answer_empty);
  const auto upstreams = make_upstreams(
      upstream.options(), vault::make_pem_key_ring(std::filesystem::temp_directory_path()));
  Credentials credentials = kCredentials;
  credentials.key_name = "semafoor-no-such-key";
  EXPECT_EQ(upstreams->podmi(credentials).error().code, "vault.key_missing");
}

}  // namespace
}  // namespace semafoor::upstream
