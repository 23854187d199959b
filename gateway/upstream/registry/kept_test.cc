// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/registry/kept.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/domain/date.h"
#include "gateway/upstream/registry/read_registry.h"

namespace semafoor::upstream::registry {
namespace {

using ::testing::SizeIs;

TEST(KeptRegistry, WhatIsWrittenIsReadBack) {
  const auto registry = read_registry(R"([
    {"messageProviderId": "één \"x\"", "messageProviderName": {"nl": "Één", "en": "One"},
     "messageProviderDescription": {"fr": "d"}, "messageProviderUrl": "https://p.example/v2/",
     "messageProviderActivationDate": "2020-01-01", "messageProviderDeactivationDate": "2030-12-31",
     "messageProviderTechnicalContact": "c@p.example", "apiSupportedVersion": "2.1",
     "messageProviderPlannedMaintenance": [
       {"startDate": "2026-01-01T10:00:00+01:00", "endDate": "2026-01-01T12:00:00+01:00"}]},
    {"messageProviderId": "bad"}])");
  ASSERT_TRUE(registry);
  const auto kept = read_kept(write_kept({*registry, 1'795'000'000'123}));
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->read_ms, 1'795'000'000'123);
  ASSERT_THAT(kept->registry.providers, SizeIs(1));
  const Provider& one = kept->registry.providers[0];
  EXPECT_EQ(one.id, "één \"x\"");
  EXPECT_EQ(one.name.nl(), "Één");
  EXPECT_EQ(one.description.fr(), "d");
  EXPECT_EQ(one.url, "https://p.example/v2");
  EXPECT_EQ(domain::write_date(*one.activation), "2020-01-01");
  EXPECT_EQ(domain::write_date(*one.deactivation), "2030-12-31");
  EXPECT_EQ(one.contact, "c@p.example");
  ASSERT_THAT(one.maintenance, SizeIs(1));
  EXPECT_EQ(one.maintenance[0].from_ms, registry->providers[0].maintenance[0].from_ms);
  EXPECT_EQ(one.maintenance[0].to_ms, registry->providers[0].maintenance[0].to_ms);
  ASSERT_THAT(kept->registry.rejected, SizeIs(1));
  EXPECT_EQ(kept->registry.rejected[0].id, "bad");
  EXPECT_EQ(kept->registry.rejected[0].reason, registry->rejected[0].reason);
}

TEST(KeptRegistry, ADamagedOneIsNone) {
  for (const char* text :
       {"", "[]", "{}", R"({"readMs":1})", R"({"readMs":"1","messageProviders":[]})",
        R"({"readMs":1,"messageProviders":{}})", "{\"readMs\":1,"}) {
    EXPECT_FALSE(read_kept(text)) << text;
  }
}

TEST(KeptRegistry, AnAddressThatIsNoLongerAcceptedIsNotUsed) {
  const auto kept = read_kept(
      R"({"readMs":1,"rejected":[5,{"id":1}],"messageProviders":[
        {"messageProviderId":"p","messageProviderUrl":"http://p.example","apiSupportedVersion":"2"}]})");
  ASSERT_TRUE(kept);
  EXPECT_TRUE(kept->registry.providers.empty());
  EXPECT_THAT(kept->registry.rejected, SizeIs(1));
}

}  // namespace
}  // namespace semafoor::upstream::registry
