// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/upstream_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/app/config.h"

namespace semafoor::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

LoadedConfig parsed(const std::string& section) {
  return parse_config("[upstream]\n" + section, "g.toml");
}

upstream::UpstreamOptions options(const std::string& section) {
  const LoadedConfig loaded = parsed(section);
  for (const Problem& problem : loaded.problems) ADD_FAILURE() << problem.text();
  return loaded.config.upstream;
}

std::string problem(const std::string& section) {
  const auto problems = parsed(section).problems;
  return problems.size() == 1 ? problems[0].text() : std::to_string(problems.size()) + " problems";
}

TEST(UpstreamSettings, WithoutAWordItIsProduction) {
  const auto production = options("");
  EXPECT_EQ(production.environment, "production");
  EXPECT_EQ(production.token_endpoint, "https://services.socialsecurity.be/REST/oauth/v5/token");
  EXPECT_EQ(production.audience, production.token_endpoint);
  EXPECT_EQ(production.registry_url,
            "https://services.socialsecurity.be/REST/ebox/enterprise/federation/v1");
}

TEST(UpstreamSettings, AnEnvironmentIsAllItsAddressesAndTheyAreShown) {
  const auto loaded = parsed("environment = \"acceptance\"\n");
  ASSERT_THAT(loaded.problems, IsEmpty());
  const auto& shown = loaded.in_force.at("upstream");
  EXPECT_EQ(shown.at("environment"), "\"acceptance\"");
  for (const char* key : {"token_endpoint", "audience", "ebox_base_url", "registry_url"})
    EXPECT_THAT(shown.at(key), HasSubstr("https://services-acpt.socialsecurity.be/")) << key;
  const auto simulation = options("environment = \"simulation\"\n");
  EXPECT_EQ(simulation.token_endpoint, options("").token_endpoint);
  EXPECT_EQ(simulation.audience, options("").audience);
  EXPECT_THAT(simulation.ebox_base_url, HasSubstr("services-sim"));
}

TEST(UpstreamSettings, EachAddressCanBeAnother) {
  const auto one = options(
      "environment = \"acceptance\"\naudience = \"a\"\nregistry_url = "
      "\"https://registry.example/v1\"\n");
  EXPECT_EQ(one.audience, "a");
  EXPECT_EQ(one.registry_url, "https://registry.example/v1");
  EXPECT_THAT(one.token_endpoint, HasSubstr("services-acpt"));
  EXPECT_EQ(options("registry_url = \"\"\n").registry_url, "");
}

TEST(UpstreamSettings, AnotherTokenEndpointIsItsOwnAudience) {
  EXPECT_EQ(options("token_endpoint = \"https://other.example/token\"\n").audience,
            "https://other.example/token");
}

TEST(UpstreamSettings, WhoNamesAServerOfHisOwnSendsNoTokenToTheRegistryOfTheEnvironment) {
  EXPECT_EQ(options("token_endpoint = \"http://127.0.0.1:9/token\"\n").registry_url, "");
  EXPECT_EQ(options("ebox_base_url = \"http://127.0.0.1:9/ebox\"\n").registry_url, "");
}

TEST(UpstreamSettings, CustomNeedsItsAddresses) {
  const auto loaded = parsed("environment = \"custom\"\n");
  ASSERT_EQ(loaded.problems.size(), 2u);
  EXPECT_THAT(loaded.problems[0].text(), HasSubstr("token_endpoint"));
  const auto custom = options(
      "environment = \"custom\"\ntoken_endpoint = \"https://a.example/token\"\nebox_base_url = "
      "\"https://b.example/v2\"\n");
  EXPECT_EQ(custom.audience, "https://a.example/token");
  EXPECT_EQ(custom.registry_url, "");
}

TEST(UpstreamSettings, AnEnvironmentThatIsNoneIsRefused) {
  EXPECT_THAT(problem("environment = \"test\"\n"), HasSubstr("acceptance"));
}

TEST(UpstreamSettings, AProxyIsReadWithItsExceptions) {
  const auto proxy = options(
                         "proxy = \"http://proxy.example:3128\"\nno_proxy = [\"intra.example\", "
                         "\"10.0.0.0/8\"]\nproxy_credentials_file = \"/etc/semafoor/proxy\"\n")
                         .proxy;
  EXPECT_EQ(proxy.address, "http://proxy.example:3128");
  EXPECT_THAT(proxy.except, ElementsAre("intra.example", "10.0.0.0/8"));
  EXPECT_EQ(proxy.credentials_file, "/etc/semafoor/proxy");
  EXPECT_EQ(options("proxy = \"none\"\n").proxy.address, upstream::kNoProxy);
}

TEST(UpstreamSettings, APasswordInTheProxyIsRefusedAndNotShown) {
  const auto loaded = parsed("proxy = \"http://user:secret@proxy.example:3128\"\n");
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_THAT(loaded.problems[0].text(), HasSubstr("proxy_credentials_file"));
  EXPECT_THAT(loaded.problems[0].text(), Not(HasSubstr("secret")));
  EXPECT_EQ(loaded.in_force.at("upstream").at("proxy"), "(not shown)");
}

TEST(UpstreamSettings, WhatIsNoProxyIsRefused) {
  EXPECT_THAT(problem("proxy = \"proxy.example:3128\"\n"), HasSubstr("http://host:port"));
  EXPECT_THAT(problem("proxy = \"socks5://proxy.example\"\n"), HasSubstr("http://host:port"));
  EXPECT_THAT(problem("no_proxy = [\"a.example\"]\n"), HasSubstr("no_proxy"));
  EXPECT_THAT(problem("proxy = \"http://p:1\"\nno_proxy = [\"a.example,b.example\"]\n"),
              HasSubstr("each a text of its own"));
}

TEST(UpstreamSettings, SignalsTravelAsCloudEventsUnlessToldOtherwise) {
  const auto plain = options("podmi_base_url = \"https://p.example\"\n");
  EXPECT_EQ(plain.podmi_wire, upstream::PodmiWire::cloudevents);
  EXPECT_EQ(plain.podmi_fetch, upstream::FetchManner::acknowledged);
  EXPECT_FALSE(plain.podmi_signed || plain.podmi_account);
  EXPECT_EQ(options("podmi_fetch = \"removed\"\n").podmi_fetch, upstream::FetchManner::removed);
}

TEST(UpstreamSettings, SoaIsSignedAndSsdnHasAnAccountUnlessToldOtherwise) {
  const std::string soa =
      "podmi_wire = \"soa\"\npodmi_base_url = \"https://p.example/s\"\npodmi_legal_context = "
      "\"PCSA:SOCIAL_INQUIRY\"\n";
  EXPECT_TRUE(options(soa).podmi_signed);
  EXPECT_FALSE(options(soa).podmi_account);
  EXPECT_TRUE(options(soa + "podmi_security = \"both\"\n").podmi_account);
  const auto ssdn = options("podmi_wire = \"ssdn\"\npodmi_base_url = \"https://p.example/s\"\n");
  EXPECT_EQ(ssdn.podmi_wire, upstream::PodmiWire::ssdn);
  EXPECT_TRUE(ssdn.podmi_account);
  EXPECT_FALSE(ssdn.podmi_signed);
}

TEST(UpstreamSettings, WhatAWireNeedsIsAskedFor) {
  const std::string soa = "podmi_wire = \"soa\"\npodmi_base_url = \"https://p.example/s\"\n";
  EXPECT_THAT(problem(soa), HasSubstr("podmi_legal_context"));
  EXPECT_THAT(problem(soa + "podmi_legal_context = \"" + std::string(65, 'x') + "\"\n"),
              HasSubstr("64"));
  EXPECT_THAT(problem("podmi_wire = \"ssdn\"\n"), HasSubstr("podmi_base_url"));
  EXPECT_THAT(problem("podmi_wire = \"fax\"\n"), HasSubstr("ssdn"));
  EXPECT_THAT(problem("podmi_security = \"account\"\n"), HasSubstr("podmi_wire"));
}

}  // namespace
}  // namespace semafoor::app
