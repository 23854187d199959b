// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/registry/choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/domain/date.h"

namespace semafoor::upstream::registry {
namespace {

using ::testing::HasSubstr;

const std::int64_t kNow = *domain::parse_moment("2026-11-28T12:00:00Z");

Provider provider(const std::string& version = "2.1") {
  Provider one;
  one.id = "p";
  one.url = "https://p.example";
  one.api_version = version;
  return one;
}

TEST(Choice, AProviderIsIgnoredBeforeItsActivationDate) {
  Provider one = provider();
  one.activation = domain::parse_date("2026-11-29");
  EXPECT_EQ(choose(one, kNow, false).standing, Standing::not_yet_active);
  EXPECT_FALSE(choose(one, kNow, false).is_missed());
  EXPECT_THAT(choose(one, kNow, false).why, HasSubstr("2026-11-29"));
  one.activation = domain::parse_date("2026-11-28");
  EXPECT_EQ(choose(one, kNow, false).standing, Standing::active) << "from the day itself on";
}

TEST(Choice, AProviderIsIgnoredFromItsDeactivationDateOn) {
  Provider one = provider();
  one.deactivation = domain::parse_date("2026-11-29");
  EXPECT_EQ(choose(one, kNow, false).standing, Standing::active);
  one.deactivation = domain::parse_date("2026-11-28");
  EXPECT_EQ(choose(one, kNow, false).standing, Standing::deactivated);
  EXPECT_FALSE(choose(one, kNow, false).is_missed());
}

TEST(Choice, PlannedMaintenanceIsHonouredToTheSecond) {
  Provider one = provider();
  one.maintenance = {{kNow - 1'000, kNow + 1'000}, {kNow, kNow + 3'600'000}, {0, 5}};
  const Choice during = choose(one, kNow, false);
  EXPECT_EQ(during.standing, Standing::maintenance);
  EXPECT_TRUE(during.is_missed());
  EXPECT_EQ(during.until_ms, kNow + 3'600'000) << "the last of those that overlap";
  EXPECT_THAT(during.why, HasSubstr("until 2026-11-28T13:00:00Z"));
  EXPECT_EQ(choose(one, kNow - 1'001, false).standing, Standing::active);
  EXPECT_EQ(choose(one, kNow + 3'600'000, false).standing, Standing::active);
}

TEST(Choice, TheVersionChoosesTheDialect) {
  for (const char* version : {"1.6", "2", "2.1", "v2.1", "2.1.7", "2.x"}) {
    const Choice choice = choose(provider(version), kNow, false);
    EXPECT_EQ(choice.standing, Standing::active) << version;
    EXPECT_EQ(choice.dialect, Dialect::v21) << version;
  }
}

TEST(Choice, ThreeIsSpokenOnlyWhenTheSettingsEnableIt) {
  const Choice off = choose(provider("3.5"), kNow, false);
  EXPECT_EQ(off.standing, Standing::dialect_off);
  EXPECT_TRUE(off.is_missed());
  EXPECT_EQ(off.why, "speaks 3.5, not enabled");
  const Choice on = choose(provider("3.5"), kNow, true);
  EXPECT_EQ(on.standing, Standing::active);
  EXPECT_EQ(on.dialect, Dialect::v3);
  EXPECT_EQ(choose(provider("2.1"), kNow, true).dialect, Dialect::v21)
      << "the registry must say 3 too";
}

TEST(Choice, AVersionThatNobodyKnowsIsNotGuessed) {
  for (const char* version : {"4.0", "0.9", "x", "21", "2,1", "-2", "2a", "99999999999999999999"}) {
    for (const bool enabled : {false, true}) {
      const Choice choice = choose(provider(version), kNow, enabled);
      EXPECT_EQ(choice.standing, Standing::dialect_unknown) << version;
      EXPECT_TRUE(choice.is_missed());
    }
  }
}

TEST(Choice, ADeactivatedProviderIsNotCalledMissedForItsVersion) {
  Provider one = provider("3.0");
  one.deactivation = domain::parse_date("2020-01-01");
  EXPECT_EQ(choose(one, kNow, false).standing, Standing::deactivated);
}

TEST(Choice, MomentsAreWrittenInUtc) {
  EXPECT_EQ(written_moment(kNow + 3'599'999), "2026-11-28T12:59:59Z");
  EXPECT_EQ(written_moment(0), "1970-01-01T00:00:00Z");
}

}  // namespace
}  // namespace semafoor::upstream::registry
