// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/retention_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::ctl {
namespace {

using ::testing::HasSubstr;

std::string refused(const std::string& family, const std::string& days) {
  std::string problem;
  EXPECT_FALSE(read_retention(family, days, problem));
  return problem;
}

TEST(RetentionPage, AFamilyAndItsDaysAreReadAsPeopleWriteThem) {
  std::string problem;
  auto one = read_retention("correction", "365", problem);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->family(), v1::MESSAGE_FAMILY_CORRECTION);
  EXPECT_EQ(one->keep_days(), 365);
  one = read_retention("default", "for-ever", problem);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->family(), v1::MESSAGE_FAMILY_UNSPECIFIED);
  EXPECT_TRUE(one->for_ever());
  one = read_retention("other", "", problem);
  ASSERT_TRUE(one);
  EXPECT_FALSE(one->for_ever());
  EXPECT_EQ(one->keep_days(), 0);
}

TEST(RetentionPage, WhatIsNoneSaysWhatIsMeant) {
  EXPECT_THAT(refused("letters", "365"), HasSubstr("no message family letters"));
  for (const char* days : {"0", "-5", "1y", "30 ", "99999999999"})
    EXPECT_THAT(refused("other", days), HasSubstr("a number of days")) << days;
}

TEST(RetentionPage, APreviewSaysWhatGoesAndWhyTheRestStays) {
  v1::PreviewRetentionResponse response;
  EXPECT_EQ(preview_page(response), "Everything is kept for ever.\n");
  auto& one = *response.add_previews();
  one.set_family(v1::MESSAGE_FAMILY_OTHER);
  one.set_keep_days(90);
  one.set_messages(12);
  one.set_kept_listed(3);
  EXPECT_THAT(preview_page(response), HasSubstr("90 days: 12 would be removed; 3 stay"));
}

TEST(RetentionPage, TheTableSaysWhoseWordItIs) {
  v1::GetRetentionResponse response;
  response.add_retentions();
  auto& own = *response.add_retentions();
  own.set_family(v1::MESSAGE_FAMILY_OTHER);
  own.set_keep_days(365);
  own.set_of_organisation(true);
  const auto page = retention_page(response);
  EXPECT_THAT(page, HasSubstr("for-ever\n"));
  EXPECT_THAT(page, HasSubstr("365 days  (of this organisation)\n"));
}

}  // namespace
}  // namespace semafoor::ctl
