// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/description.h"

#include <gtest/gtest.h>

#include "gateway/intake/boxes.h"

namespace semafoor::intake {
namespace {

Description letter() {
  Description description;
  description.file_name = "brief.pdf";
  return description;
}

std::string refused(Description description) {
  const auto checked = check(description);
  return checked ? "" : checked.error().field;
}

TEST(IntakeDescription, APlainNameIsEnough) {
  auto description = letter();
  EXPECT_TRUE(check(description).ok());
}

TEST(IntakeDescription, NamesThatAreNoneAreRefused) {
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("a/b"), std::string("a\\b"),
        std::string("a\nb"), std::string("a\0b", 3), std::string("\xff.pdf"),
        std::string(256, 'a')}) {
    auto description = letter();
    description.file_name = name;
    EXPECT_EQ(refused(description), "fileName") << name;
    EXPECT_FALSE(is_plain_name(name));
  }
  EXPECT_TRUE(is_plain_name("brief \xc3\xa9\xc3\xa9n.pdf"));
  EXPECT_TRUE(is_plain_name(std::string(255, 'a')));
}

TEST(IntakeDescription, EachWrongFieldIsNamed) {
  auto description = letter();
  description.subject.set_fr(std::string(1'601, 'a'));
  EXPECT_EQ(refused(description), "subject");
  description = letter();
  description.sender_name.set_nl("\xff");
  EXPECT_EQ(refused(description), "senderName");
  description = letter();
  description.sender_organisation = "0308357754";
  EXPECT_EQ(refused(description), "senderOrganisation");
  description = letter();
  description.received_on.emplace().set_year(2026);
  EXPECT_EQ(refused(description), "receivedOn");
  description = letter();
  description.expires_on.emplace().set_month(13);
  EXPECT_EQ(refused(description), "expiresOn");
  description = letter();
  description.family = static_cast<v1::MessageFamily>(99);
  EXPECT_EQ(refused(description), "family");
  description = letter();
  description.message_type_id = std::string(129, 'x');
  EXPECT_EQ(refused(description), "messageTypeId");
}

TEST(IntakeDescription, ANationalNumberIsNobodysName) {
  for (const char* number : {"85073003328", "85.07.30-033.28"}) {
    auto description = letter();
    description.downloaded_by = number;
    EXPECT_EQ(refused(description), "downloadedBy") << number;
  }
}

TEST(IntakeDescription, AnEnterpriseNumberIsMended) {
  auto description = letter();
  description.sender_organisation = "308.357.753";
  ASSERT_TRUE(check(description).ok());
  EXPECT_EQ(description.sender_organisation, "0308357753");
}

TEST(IntakeDescription, TheEndingTellsTheMediaType) {
  EXPECT_EQ(media_type_of("A.PDF"), "application/pdf");
  EXPECT_EQ(media_type_of("x.y.csv"), "text/csv");
  EXPECT_EQ(media_type_of("x"), "application/octet-stream");
  EXPECT_EQ(media_type_of("x.exe"), "application/octet-stream");
}

TEST(IntakeBoxes, EveryTypeHasItsFolder) {
  for (int type = 1; type <= v1::EboxType_MAX; ++type) {
    const auto name = box_name(static_cast<v1::EboxType>(type));
    EXPECT_FALSE(name.empty()) << type;
    EXPECT_EQ(box_of(name), type);
  }
  EXPECT_EQ(box_of("done"), v1::EBOX_TYPE_UNSPECIFIED);
}

}  // namespace
}  // namespace semafoor::intake
