// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/environments.h"

#include <gtest/gtest.h>

#include "gateway/upstream/http/url.h"

namespace semafoor::upstream {
namespace {

TEST(Environments, AllAddressesAreUsable) {
  for (const Environment& one : environments()) {
    if (one.name == "custom") continue;
    EXPECT_TRUE(checked_base_url(one.token_endpoint, "token_endpoint")) << one.name;
    EXPECT_TRUE(checked_base_url(one.ebox_base_url, "ebox_base_url")) << one.name;
    EXPECT_EQ(one.audience, one.token_endpoint) << "of version 5: the address itself";
  }
}

TEST(Environments, SimulationTakesTokensOfProduction) {
  const Environment* simulation = environment_named("simulation");
  ASSERT_NE(simulation, nullptr);
  EXPECT_EQ(simulation->token_endpoint, environment_named("production")->token_endpoint);
  EXPECT_TRUE(simulation->ebox_base_url.starts_with("https://services-sim."));
  EXPECT_EQ(simulation->registry_url, "") << "none is documented";
}

TEST(Environments, AcceptanceIsAWorldOfItsOwn) {
  const Environment* acceptance = environment_named("acceptance");
  for (const std::string* url :
       {&acceptance->token_endpoint, &acceptance->ebox_base_url, &acceptance->registry_url}) {
    EXPECT_TRUE(url->starts_with("https://services-acpt.socialsecurity.be/")) << *url;
  }
}

TEST(Environments, AnotherNameIsNone) {
  EXPECT_EQ(environment_named("Production"), nullptr);
  EXPECT_EQ(environment_named(""), nullptr);
}

}  // namespace
}  // namespace semafoor::upstream
