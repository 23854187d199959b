// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/side_car.h"

#include <gmock/gmock.h>

namespace semafoor::intake {
namespace {

using ::testing::HasSubstr;

Result<void> read(const std::string& members, Description& description) {
  return read_side_car(
      R"({"schema": "semafoor.intake/1")" + (members.empty() ? "" : ", " + members) + "}", "beside",
      description);
}

TEST(SideCar, TellsWhatItTells) {
  Description description;
  ASSERT_TRUE(read(R"("subject": "Beslissing", "sender": {"fr": "SPP IS", "nl": "POD MI"},
                      "senderOrganisation": "0308357753", "receivedOn": "2026-11-02",
                      "expiresOn": "2027-05-02", "family": "MESSAGE_FAMILY_CORRECTION",
                      "messageTypeId": "X-CORRECTION", "downloadedBy": "Ann", "comment": "x")",
                   description)
                  .ok());
  EXPECT_EQ(description.subject.nl(), "Beslissing");
  EXPECT_EQ(description.sender_name.fr(), "SPP IS");
  EXPECT_EQ(description.sender_organisation, "0308357753");
  EXPECT_EQ(description.received_on->day(), 2);
  EXPECT_EQ(description.expires_on->year(), 2027);
  EXPECT_EQ(description.family, v1::MESSAGE_FAMILY_CORRECTION);
  EXPECT_EQ(description.message_type_id, "X-CORRECTION");
  EXPECT_EQ(description.downloaded_by, "Ann");
}

TEST(SideCar, EverythingMayBeLeftOut) {
  Description description;
  EXPECT_TRUE(read("", description).ok());
  EXPECT_FALSE(description.received_on.has_value());
}

TEST(SideCar, WhatIsWrongIsSaidWithItsPlace) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("subjct": "x")", "subjct"},
      {R"("subject": 5)", "subject: expected a text"},
      {R"("subject": {"it": "x"})", "it"},
      {R"("receivedOn": "2.11.2026")", "receivedOn: expected a date"},
      {R"("family": "MESSAGE_FAMILY_X")", "not a family"},
      {R"("family": "MESSAGE_FAMILY_UNSPECIFIED")", "not a family"},
  };
  for (const auto& [members, said] : kCases) {
    Description description;
    const auto done = read(members, description);
    ASSERT_FALSE(done.ok()) << members;
    EXPECT_EQ(done.error().code, "intake.side_car");
    EXPECT_THAT(done.error().message, HasSubstr(said)) << members;
  }
  Description description;
  for (const std::string& json :
       {std::string(), std::string("{"), std::string("[]"), std::string("\xff"),
        std::string(R"({"schema": "other/1"})"), std::string(60'000, '[')})
    EXPECT_EQ(read_side_car(json, "beside", description).error().code, "intake.side_car");
}

}  // namespace
}  // namespace semafoor::intake
