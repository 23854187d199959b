// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/expiry_watch.h"

#include <gmock/gmock.h>

#include "gateway/mailbox/reading_fixture.h"

namespace semafoor::mailbox {
namespace {

using duties::kTestOrg;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ExpiryWatchTest : public ReadingTest {
 protected:
  // Held back, and deleted upstream in so many days.
  void held(const std::string& id, int days, const std::string& type = "X-CORRECTION") {
    ebox_->add(id, clock_.now_ms() - 1'000, type).expiration_date = in_days(days);
  }
  v1::ExpiryStatus report() { return watch_->report(kTestOrg); }
};

TEST_F(ExpiryWatchTest, WhatHasFourteenDaysLeftIsFetchedBeforeItIsDeleted) {
  policy(v1::READ_POLICY_ON_OPENING);
  held("m14", 14);
  held("m15", 15);
  start();
  synchronise();
  look();
  ASSERT_TRUE(comes("m14"));
  EXPECT_EQ(state("m15"), v1::ATTACHMENT_STATE_HELD_BACK) << "one day more than the limit";
  look();
  EXPECT_EQ(report().expiring(), 0);
  clock_.advance(kDay);
  look();
  ASSERT_TRUE(comes("m15"));
  EXPECT_THAT(ebox_->fetched(), ElementsAre("m14-main", "m15-main"));
}

TEST_F(ExpiryWatchTest, TheLimitIsASetting) {
  policy(v1::READ_POLICY_ON_OPENING);
  expiry_.archive_days = 1;
  held("m2", 2);
  held("m1", 1);
  start();
  synchronise();
  look();
  ASSERT_TRUE(comes("m1"));
  EXPECT_EQ(state("m2"), v1::ATTACHMENT_STATE_HELD_BACK);
}

TEST_F(ExpiryWatchTest, NeverIsHonouredAndReported) {
  policy(v1::READ_POLICY_NEVER);
  held("m10", 10);
  held("m3", 3);
  held("m4", 4);
  held("m40", 40);
  start();
  synchronise();
  look();
  EXPECT_THAT(ebox_->fetched(), IsEmpty());
  EXPECT_EQ(report().expiring(), 3);
  EXPECT_EQ(report().expiring_soon(), 1);
  EXPECT_EQ(report().expired(), 0);
  ASSERT_THAT(report().messages(), SizeIs(3));
  const auto first = report().messages(0);
  EXPECT_EQ(first.message_id(), message("m3").message_id());
  EXPECT_EQ(first.days_left(), 3);
  EXPECT_EQ(first.attachments(), 1);
  EXPECT_TRUE(first.held_by_policy());
  EXPECT_THAT(watch_->alarms(), SizeIs(1));

  clock_.advance(4 * kDay);
  look();
  EXPECT_EQ(report().expired(), 1) << "its day has passed";
  EXPECT_EQ(report().messages(0).days_left(), 0);
  EXPECT_EQ(state("m3"), v1::ATTACHMENT_STATE_HELD_BACK);
}

TEST_F(ExpiryWatchTest, OnItsLastDayItIsStillFetchedAndAfterwardsNot) {
  policy(v1::READ_POLICY_ON_OPENING);
  held("today", 0);
  held("yesterday", -1);
  start();
  synchronise();
  look();
  ASSERT_TRUE(comes("today"));
  EXPECT_THAT(ebox_->fetched(), Not(Contains("yesterday-main")));
  EXPECT_EQ(report().expired(), 1);
}

TEST_F(ExpiryWatchTest, WhatCannotBeFetchedIsReportedWithItsReason) {
  held("m2", 2);
  ebox_->on_content = [](const std::string&, std::stop_token) -> Result<void> {
    return Error{.kind = ErrorKind::permission_denied,
                 .code = "upstream.refused",
                 .message = "Fetching: the provider refuses."};
  };
  start();
  synchronise();
  look();
  EXPECT_EQ(report().expiring_soon(), 1);
  EXPECT_FALSE(report().messages(0).held_by_policy());
  EXPECT_THAT(report().messages(0).problem(), ::testing::HasSubstr("the provider refuses"));
}

TEST_F(ExpiryWatchTest, WhatWasHeldBackIsFetchedWhenThePolicyIsOnArrivalNow) {
  policy(v1::READ_POLICY_NEVER);
  held("m100", 100);
  start();
  synchronise();
  own_policy(v1::MESSAGE_FAMILY_CORRECTION, v1::READ_POLICY_ON_ARRIVAL);
  look();
  ASSERT_TRUE(comes("m100"));
}

TEST_F(ExpiryWatchTest, AFullDiskQueuesNothingAndReportsAllTheSame) {
  policy(v1::READ_POLICY_ON_OPENING);
  held("m2", 2);
  start();
  synchronise();
  store_->headroom().set(store::Room::scarce);
  look();
  EXPECT_EQ(state("m2"), v1::ATTACHMENT_STATE_HELD_BACK);
  EXPECT_EQ(report().expiring_soon(), 1);
  store_->headroom().set(store::Room::ample);
  look();
  ASSERT_TRUE(comes("m2"));
}

TEST_F(ExpiryWatchTest, AReportNamesTheFirstAndCountsAll) {
  policy(v1::READ_POLICY_NEVER);
  expiry_.named = 2;
  for (int i = 0; i < 5; ++i) held("m" + std::to_string(i), 9 - i);
  start();
  synchronise();
  look();
  EXPECT_EQ(report().expiring(), 5);
  ASSERT_THAT(report().messages(), SizeIs(2));
  EXPECT_EQ(report().messages(0).days_left(), 5);
}

TEST_F(ExpiryWatchTest, ItLooksByItselfAndWhenAsked) {
  policy(v1::READ_POLICY_NEVER);
  held("m2", 2);
  start();
  synchronise();
  watch_->start();
  ASSERT_TRUE(store_.wait_until([&] { return report().expiring() == 1; }));
  own_policy(v1::MESSAGE_FAMILY_UNSPECIFIED, v1::READ_POLICY_ON_OPENING);
  watch_->trigger(kTestOrg);
  ASSERT_TRUE(comes("m2"));
  EXPECT_TRUE(store_.wait_until([&] { return store_.duty(kExpiryDuty).has_last_success(); }));
}

TEST_F(ExpiryWatchTest, AnOrganisationWhoseEboxIsSwitchedOffAlarmsNobody) {
  policy(v1::READ_POLICY_NEVER);
  held("m2", 2);
  start();
  synchronise();
  look();
  store_.write([&](store::Transaction& tx) -> Result<void> {
    auto organisation = tx.organisation(kTestOrg);
    (*organisation)->clear_enabled_modules();
    return tx.put_organisation(**organisation);
  });
  EXPECT_THAT(watch_->alarms(), IsEmpty());
}

}  // namespace
}  // namespace semafoor::mailbox
