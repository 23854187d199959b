// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/families.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "gateway/mailbox/other_types.h"

namespace semafoor::mailbox {
namespace {

using ::testing::HasSubstr;

TEST(Families, EveryFamilyHasATypeAndANameInFourLanguages) {
  const auto families = Families::load();
  ASSERT_TRUE(families.ok()) << families.error().message;
  std::set<int> seen;
  for (const auto& family : families->all()) {
    seen.insert(family.family());
    EXPECT_FALSE(family.name().nl().empty() || family.name().fr().empty() ||
                 family.name().de().empty() || family.name().en().empty());
    EXPECT_EQ(family.message_type_ids().empty(), family.family() == v1::MESSAGE_FAMILY_OTHER);
    for (const auto& type : family.message_type_ids()) {
      EXPECT_EQ(families->family_of(type), family.family());
      EXPECT_TRUE(type.starts_with("X-")) << "the official ids are not public";
    }
  }
  EXPECT_EQ(seen.size(), 14U);
}

TEST(Families, AnUnknownTypeIsOther) {
  EXPECT_EQ(Families::load()->family_of("no-such-type"), v1::MESSAGE_FAMILY_OTHER);
}

TEST(Families, AnAdministratorsFileReplacesTheList) {
  const auto families = Families::parse(
      R"({"schema":"semafoor.message-families/1","version":"1","origin":"administrator","families":[
          {"family":"MESSAGE_FAMILY_CORRECTION","messageTypeIds":["17"],"name":{"nl":"a","fr":"b","de":"c"}}]})",
      "mine.json");
  ASSERT_TRUE(families.ok()) << families.error().message;
  EXPECT_EQ(families->family_of("17"), v1::MESSAGE_FAMILY_CORRECTION);
  EXPECT_EQ(families->all()[0].origin(), v1::ORIGIN_ADMINISTRATOR);
}

TEST(Families, ATypeBelongsToOneFamily) {
  const auto families = Families::parse(
      R"({"schema":"semafoor.message-families/1","version":"1","origin":"administrator","families":[
          {"family":"MESSAGE_FAMILY_CORRECTION","messageTypeIds":["17"],"name":{"nl":"a","fr":"b","de":"c"}},
          {"family":"MESSAGE_FAMILY_OVERLAPPING","messageTypeIds":["17"],"name":{"nl":"a","fr":"b","de":"c"}}]})",
      "mine.json");
  ASSERT_FALSE(families.ok());
  EXPECT_THAT(families.error().message, HasSubstr("families[1].messageTypeIds[0]"));
}

TEST(OtherTypes, KeepTheProvidersOwnNameInEveryLanguage) {
  const auto families = Families::load();
  upstream::RemoteMessageType known;
  known.id = "X-CORRECTION";
  upstream::RemoteMessageType unknown;
  unknown.id = "17";
  unknown.name.set_fr("Facture");
  const auto others = parse_other_types(write_other_types({known, unknown}, *families));
  ASSERT_EQ(others.size(), 1U);
  EXPECT_EQ(others[0].message_type_ids(0), "17");
  EXPECT_EQ(others[0].family(), v1::MESSAGE_FAMILY_OTHER);
  EXPECT_EQ(others[0].name().fr(), "Facture");
  EXPECT_EQ(others[0].name().nl(), "Facture");
}

}  // namespace
}  // namespace semafoor::mailbox
