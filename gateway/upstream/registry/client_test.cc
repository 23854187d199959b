// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/registry/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/upstream/testing/fixture.h"

namespace semafoor::upstream {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::PretendUpstream;
using testing::ReceivedRequest;
using testing::ServerConnection;
using ::testing::SizeIs;

const Credentials kCredentials{
    .organisation = testing::kOrganisation, .client_id = "client", .key_name = "key"};

constexpr char kEntry[] =
    R"({"messageProviderId":"p","messageProviderUrl":"https://p.example/v2/","apiSupportedVersion":"2.1"})";

Result<registry::Registry> read(PretendUpstream& upstream,
                                const std::string& path = "/federation") {
  UpstreamOptions options = upstream.options();
  options.registry_url = upstream.server().url() + path;
  options.registry_scope = "scope:registry";
  return make_upstreams(options, testing::make_test_keys())
      ->registry(kCredentials)
      .value()
      ->providers({});
}

testing::ScriptedServer::Handler answering(int status, std::string body) {
  return [status, body = std::move(body)](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(status, body);
  };
}

TEST(RegistryClient, ReadsTheListUnderATokenOfTheRegistrysScope) {
  PretendUpstream upstream(answering(200, "[" + std::string(kEntry) + ",17]"));
  for (const char* path : {"/federation", "/federation/", "/federation/messageProviders"}) {
    const auto registry = read(upstream, path);
    ASSERT_TRUE(registry.ok()) << registry.error().message;
    EXPECT_THAT(registry->providers, SizeIs(1));
    EXPECT_THAT(registry->rejected, SizeIs(1));
  }
  for (const auto& request : upstream.api_requests()) {
    EXPECT_EQ(request.target, "/federation/messageProviders");
    EXPECT_THAT(request.header("authorization"), HasSubstr("Bearer token-"));
  }
  EXPECT_THAT(upstream.server().requests().front().body, HasSubstr("scope%3Aregistry"));
}

TEST(RegistryClient, AnAnswerWithoutOneUsableProviderIsAnError) {
  for (const char* body : {"[]", R"([{"messageProviderId":"p"}])"}) {
    PretendUpstream upstream(answering(200, body));
    const auto registry = read(upstream);
    ASSERT_FALSE(registry.ok());
    EXPECT_EQ(registry.error().code, "upstream.no_providers");
    EXPECT_TRUE(registry.error().retryable);
    EXPECT_THAT(registry.error().message,
                AllOf(HasSubstr("Reading the registry"), HasSubstr("registry_url")));
  }
}

TEST(RegistryClient, WhatIsNoListIsSaid) {
  PretendUpstream upstream(answering(200, R"({"items":[]})"));
  EXPECT_EQ(read(upstream).error().code, "upstream.malformed");
}

TEST(RegistryClient, RefusalsOfTheUpstreamArePassedOn) {
  for (const auto& [status, code] :
       {std::pair(401, "upstream.unauthenticated"), std::pair(403, "upstream.forbidden"),
        std::pair(404, "upstream.not_found"), std::pair(429, "upstream.rate_limited"),
        std::pair(503, "upstream.unavailable")}) {
    PretendUpstream upstream(
        answering(status, R"({"id":"1","code":"X","message":"no","environment":"PRODUCTION"})"));
    EXPECT_EQ(read(upstream).error().code, code);
  }
}

TEST(RegistryClient, TheAddressOfTheRegistryIsCheckedLikeAnyOther) {
  PretendUpstream upstream(answering(200, "[]"));
  UpstreamOptions options = upstream.options();
  options.registry_url = "http://registry.example/v1";
  const auto client = make_upstreams(options, testing::make_test_keys())->registry(kCredentials);
  ASSERT_FALSE(client.ok());
  EXPECT_THAT(client.error().message, HasSubstr("registry_url"));
}

TEST(ProvidersOfTheRegistry, AllGetTheSameTokenAndOnlyAtTheirOwnAddress) {
  PretendUpstream upstream(answering(200, R"({"items":[],"totalItems":0})"));
  const auto upstreams = make_upstreams(upstream.options(), testing::make_test_keys());
  const std::string base = upstream.server().url();
  const auto first = upstreams->ebox_at(kCredentials, {"a", base + "/a/", Dialect::v21}).value();
  const auto second = upstreams->ebox_at(kCredentials, {"b", base + "/b", Dialect::v3}).value();
  EXPECT_EQ(first->provider_id(), "a");
  EXPECT_EQ(second->provider_id(), "b");
  ASSERT_TRUE(first->list({}, {}).ok());
  ASSERT_TRUE(second->list({}, {}).ok());
  EXPECT_EQ(upstream.tokens_given(), 1);
  ASSERT_THAT(upstream.api_requests(), SizeIs(2));
  EXPECT_EQ(upstream.api_requests()[0].path(), "/a/ebox/messages");
  EXPECT_EQ(upstream.api_requests()[1].path(), "/b/ebox/messages");
  EXPECT_EQ(upstreams->ebox_at(kCredentials, {"c", "http://c.example", Dialect::v21}).error().code,
            "upstream.bad_url");
}

}  // namespace
}  // namespace semafoor::upstream
