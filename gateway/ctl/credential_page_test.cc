// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/credential_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(CredentialPage, SaysWhoSignsWithWhatAndHowLong) {
  v1::ListCredentialsResponse response;
  EXPECT_THAT(credentials_page(response), HasSubstr("credentials import"));
  auto& one = *response.add_credentials();
  one.set_name("ocmw");
  one.add_organisations()->set_value("0212344876");
  auto& key = *one.mutable_active();
  key.set_algorithm("RS256");
  key.set_bits(3072);
  key.set_home("vault");
  key.mutable_certificate()->set_subject("CN=OCMW");
  key.mutable_certificate()->set_serial("0A");
  key.mutable_certificate()->set_days_left(12);
  key.mutable_certificate()->mutable_not_after()->set_unix_ms(1'795'000'000'000);
  key.mutable_added()->set_unix_ms(1);
  EXPECT_EQ(
      credentials_page(response),
      "ocmw  0212344876\n"
      "  signs     RS256 3072, vault, CN=OCMW, serial 0A, 12 days left, until 2026-11-18, not "
      "tested\n");
  key.mutable_certificate()->set_days_left(-1);
  EXPECT_THAT(credentials_page(response), HasSubstr("EXPIRED on 2026-11-18"));
}

TEST(CredentialPage, SaysWhatAPersonMustStillDoAfterAnErasure) {
  v1::EraseOrganisationResponse response;
  EXPECT_THAT(erasure_page(response), Not(HasSubstr("NOT DONE")));
  auto& left = *response.add_left_over();
  left.set_place("/mnt/backup");
  left.set_problem("it is not there now");
  EXPECT_THAT(erasure_page(response), HasSubstr("NOT DONE /mnt/backup: it is not there now"));
}

TEST(CredentialPage, GraveAlarmsAreRed) {
  google::protobuf::RepeatedPtrField<v1::Alarm> alarms;
  auto& one = *alarms.Add();
  one.set_level(v1::ALARM_LEVEL_RED);
  one.set_code("credential.expired");
  one.set_message("It has.");
  EXPECT_EQ(alarm_lines(alarms, false), "RED credential.expired: It has.\n");
  EXPECT_THAT(alarm_lines(alarms, true), HasSubstr("\x1b[31mRED"));
}

}  // namespace
}  // namespace semafoor::ctl
