// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/retention_policy.h"

#include <gtest/gtest.h>

namespace semafoor::mailbox {
namespace {

constexpr auto kFamily = v1::MESSAGE_FAMILY_CORRECTION;
constexpr auto kAll = v1::MESSAGE_FAMILY_UNSPECIFIED;

v1::FamilyRetention word(v1::MessageFamily family, int days, bool for_ever = false) {
  v1::FamilyRetention one;
  one.set_family(family);
  one.set_keep_days(days);
  one.set_for_ever(for_ever);
  return one;
}

TEST(RetentionPolicy, NobodysWordIsForEver) {
  const auto rule = retention({}, v1::Organisation(), kFamily);
  EXPECT_EQ(rule.keep_days(), 0);
  EXPECT_FALSE(rule.of_organisation());
}

TEST(RetentionPolicy, TheOrganisationBeforeTheSettingsAndTheFamilyBeforeTheRest) {
  RetentionDefaults defaults{.general = 1000, .families = {{kFamily, 500}}};
  v1::Organisation organisation;
  const auto of = [&](v1::MessageFamily family) {
    return retention(defaults, organisation, family);
  };
  EXPECT_EQ(of(kFamily).keep_days(), 500);
  EXPECT_EQ(of(v1::MESSAGE_FAMILY_OTHER).keep_days(), 1000);
  EXPECT_FALSE(of(kFamily).of_organisation());

  set_retention(organisation, word(kAll, 90));
  EXPECT_EQ(of(kFamily).keep_days(), 90);
  EXPECT_TRUE(of(kFamily).of_organisation());
  set_retention(organisation, word(kFamily, 0, true));
  EXPECT_EQ(of(kFamily).keep_days(), 0) << "for ever, whatever else is said";
  EXPECT_TRUE(of(kFamily).of_organisation());
  EXPECT_EQ(of(v1::MESSAGE_FAMILY_OTHER).keep_days(), 90);

  set_retention(organisation, word(kFamily, 60));
  EXPECT_EQ(of(kFamily).keep_days(), 60);
  EXPECT_EQ(organisation.retentions_size(), 2);
  set_retention(organisation, word(kFamily, 0));
  set_retention(organisation, word(kAll, 0));
  EXPECT_EQ(organisation.retentions_size(), 0);
  EXPECT_EQ(of(kFamily).keep_days(), 500);
}

TEST(RetentionPolicy, WhatCannotHaveBeenSaidRemovesNothing) {
  EXPECT_TRUE(is_retention(0));
  EXPECT_TRUE(is_retention(30));
  EXPECT_TRUE(is_retention(36'500));
  for (const int days : {-1, 1, 29, 36'501}) {
    EXPECT_FALSE(is_retention(days)) << days;
    v1::Organisation organisation;
    *organisation.add_retentions() = word(kFamily, days);
    EXPECT_EQ(retention({}, organisation, kFamily).keep_days(), 0) << days;
  }
}

}  // namespace
}  // namespace semafoor::mailbox
