// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/retention.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "gateway/domain/hex.h"
#include "gateway/mailbox/reading_fixture.h"
#include "gateway/store/housekeeping.h"

namespace semafoor::mailbox {
namespace {

using duties::kTestOrg;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr char kOtherOrg[] = "0212344876";
constexpr auto kFamily = v1::MESSAGE_FAMILY_CORRECTION;

class RetentionTest : public ReadingTest {
 protected:
  // Of what the provider lists: received and deleted there so many days ago.
  void listed(const std::string& id, int days_ago, int expires_in = -1,
              const std::string& type = "X-CORRECTION") {
    auto& message = ebox_->add(id, clock_.now_ms() - days_ago * kDay, type);
    message.expiration_date = in_days(expires_in);
  }
  // A new one: what is older is not listed any more.
  void newest() {
    listed("newest", 0, 100);
    start();
    synchronise();
  }
  void rule(v1::MessageFamily family, int days, const std::string& org = kTestOrg) {
    v1::FamilyRetention wanted;
    wanted.set_family(family);
    wanted.set_keep_days(days);
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto organisation = tx.organisation(org);
      set_retention(**organisation, wanted);
      return tx.put_organisation(**organisation);
    });
  }
  Retention& retention() {
    if (!retention_) {
      removal_.told = [this](const store::Org& org, std::int64_t messages) {
        told_.push_back(org + " " + std::to_string(messages));
      };
      retention_ = std::make_unique<Retention>(*store_, clock_, removal_, options_.read);
    }
    return *retention_;
  }
  void run(const std::string& org = kTestOrg) {
    const auto done = retention().run(org, {});
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  v1::RetentionPreview preview(v1::MessageFamily family) {
    const auto organisation = store_.ask<std::optional<v1::Organisation>>(
        [](store::Reader& reader) { return reader.organisation(kTestOrg); });
    const auto previews = retention().preview(*organisation, {});
    EXPECT_TRUE(previews.ok());
    for (const auto& one : *previews)
      if (one.family() == family) return one;
    return {};
  }
  bool here(const std::string& provider_id) { return !message(provider_id).message_id().empty(); }
  void put(const std::string& id, v1::AttachmentState state, int days_ago, int expires_in = 100,
           const std::string& org = kTestOrg, v1::MessageFamily family = kFamily) {
    store::StoredMessage stored;
    stored.message.set_message_id(id);
    stored.message.mutable_organisation()->set_value(org);
    stored.message.set_provider_id("nsso");
    stored.message.set_provider_message_id(id);
    stored.message.set_family(family);
    stored.message.mutable_received_at()->set_unix_ms(clock_.now_ms() - days_ago * kDay);
    *stored.message.mutable_expires_on() = domain::date_of_ms(clock_.now_ms() + expires_in * kDay);
    auto& attachment = *stored.message.add_attachments();
    attachment.set_attachment_id(id + "-a");
    attachment.set_main_content(true);
    attachment.set_state(state);
    store_.write([&](store::Transaction& tx) { return tx.put_message(org, stored, ""); });
  }
  // As if all up to now were listed.
  void listed_until(std::int64_t newest_ms) {
    store_.write([&](store::Transaction& tx) {
      return tx.put_cursor(kTestOrg, newest_name("nsso"), std::to_string(newest_ms));
    });
  }
  void open_signal(const std::string& id, int days_ago, v1::SignalState state) {
    v1::Signal signal;
    signal.set_signal_id(id);
    signal.set_state(state);
    signal.mutable_received_at()->set_unix_ms(clock_.now_ms() - days_ago * kDay);
    store_.write([&](store::Transaction& tx) { return tx.put_signal(kTestOrg, id, signal, ""); });
  }

  RetentionOptions removal_;
  std::vector<std::string> told_;
  std::unique_ptr<Retention> retention_;
};

TEST_F(RetentionTest, WithoutARuleEverythingStays) {
  listed("old", 4'000);
  newest();
  run();
  EXPECT_TRUE(here("old"));
  EXPECT_THAT(told_, IsEmpty());
  EXPECT_THAT(store_.acts(), Not(Contains("message.remove")));
}

TEST_F(RetentionTest, WhatIsOlderGoesWithItsAuditAndItsEventAndTheRestStays) {
  listed("old", 31);
  listed("young", 29);
  listed("other", 31, -1, "X-OVERLAPPING");
  newest();
  const auto id = message("old").message_id();
  rule(kFamily, 30);
  EXPECT_EQ(preview(kFamily).messages(), 1);
  run();
  EXPECT_FALSE(here("old"));
  EXPECT_TRUE(here("young"));
  EXPECT_TRUE(here("other")) << "of another family";
  EXPECT_THAT(told_, ElementsAre(std::string(kTestOrg) + " 1"));
  const auto record = store_.audit().back();
  EXPECT_EQ(record.act(), "message.remove");
  EXPECT_EQ(record.caller().kind(), v1::AUDIT_CALLER_KIND_GATEWAY);
  EXPECT_EQ(record.subject_kind(), "message");
  EXPECT_EQ(record.subject_id(), id);
  EXPECT_EQ(record.reason(),
            "retention of MESSAGE_FAMILY_CORRECTION: 30 days, by the organisation's rule");
  EXPECT_THAT(record.detail(), HasSubstr("received on "));
  const auto event = store_.events(v1::MODULE_EBOX).back();
  EXPECT_EQ(event.type(), "message.removed");
  EXPECT_EQ(event.subject_id(), id);
  EXPECT_EQ(preview(kFamily).messages(), 0);
}

TEST_F(RetentionTest, ASynchronisationDoesNotBringItBackAndWhoAsksIsTold) {
  listed("old", 31);
  newest();
  const auto id = message("old").message_id();
  rule(kFamily, 30);
  run();
  // The pretended provider lists everything, whatever it is asked for.
  const auto before = store_.events(v1::MODULE_EBOX).size();
  synchronise();
  EXPECT_FALSE(here("old"));
  EXPECT_THAT(store_.event_types(v1::MODULE_EBOX), Contains("message.removed").Times(1));
  EXPECT_THAT(store_.event_types(v1::MODULE_EBOX), Contains("message.stored").Times(2));
  EXPECT_GT(store_.events(v1::MODULE_EBOX).size(), before) << "it did synchronise";

  const auto asked = mailbox_->get(kTestOrg, id);
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().code, "mailbox.message_removed_by_retention");
  EXPECT_EQ(asked.error().kind, ErrorKind::failed_precondition);
  EXPECT_THAT(asked.error().message, HasSubstr("for 30 days"));
  EXPECT_EQ(mailbox_->open_attachment(kTestOrg, id, "a").error().code,
            "mailbox.message_removed_by_retention");
  EXPECT_EQ(mailbox_->mark_seen(kTestOrg, {id}, {}, {}).error().code,
            "mailbox.message_removed_by_retention");
  EXPECT_EQ(mailbox_->get(kOtherOrg, id).error().code, "mailbox.message_unknown");
}

TEST_F(RetentionTest, WhatTheProviderStillListsStaysUntilItDeletesIt) {
  listed("old", 40, 1);
  listed("older", 50, 1);
  start();
  synchronise();
  rule(kFamily, 30);
  run();
  EXPECT_TRUE(here("old")) << "it is the newest: the next listing names it";
  EXPECT_FALSE(here("older"));
  EXPECT_EQ(preview(kFamily).kept_listed(), 1);
  clock_.advance(kDay);
  run();
  EXPECT_TRUE(here("old")) << "on its last day";
  clock_.advance(kDay);
  run();
  EXPECT_FALSE(here("old"));
}

TEST_F(RetentionTest, ABoxThatWasNeverListedToItsEndStays) {
  put("m", v1::ATTACHMENT_STATE_STORED, 100);
  rule(kFamily, 30);
  run();
  EXPECT_TRUE(here("m"));
  listed_until(clock_.now_ms());
  run();
  EXPECT_FALSE(here("m"));
}

TEST_F(RetentionTest, WhatIsStillToBeFetchedStays) {
  policy(v1::READ_POLICY_ON_OPENING);
  listed_until(clock_.now_ms());
  put("pending", v1::ATTACHMENT_STATE_PENDING, 100);
  put("failed", v1::ATTACHMENT_STATE_FAILED, 100);
  put("held", v1::ATTACHMENT_STATE_HELD_BACK, 100);
  put("stored", v1::ATTACHMENT_STATE_STORED, 100);
  put("pending-gone", v1::ATTACHMENT_STATE_PENDING, 100, -1);
  put("failed-gone", v1::ATTACHMENT_STATE_FAILED, 100, -1);
  put("held-gone", v1::ATTACHMENT_STATE_HELD_BACK, 100, -1);
  rule(kFamily, 30);
  EXPECT_EQ(preview(kFamily).kept_unfetched(), 4);
  EXPECT_EQ(preview(kFamily).messages(), 3);
  run();
  EXPECT_TRUE(here("pending"));
  EXPECT_TRUE(here("failed"));
  EXPECT_TRUE(here("held"));
  EXPECT_FALSE(here("stored"));
  EXPECT_TRUE(here("pending-gone")) << "somebody is at it";
  EXPECT_FALSE(here("failed-gone")) << "deleted upstream: it does not come any more";
  EXPECT_FALSE(here("held-gone"));
}

TEST_F(RetentionTest, WhatIsNeverFetchedDoesNotWaitForIt) {
  policy(v1::READ_POLICY_NEVER);
  listed_until(clock_.now_ms());
  put("held", v1::ATTACHMENT_STATE_HELD_BACK, 100);
  rule(kFamily, 30);
  run();
  EXPECT_FALSE(here("held"));
}

TEST_F(RetentionTest, AListOfSignalsStaysAsLongAsOneMayStandOnItThatIsNotClosed) {
  constexpr auto kList = v1::MESSAGE_FAMILY_KNIPPERLICHT_MONTHLY_LIST;
  listed_until(clock_.now_ms());
  put("before", v1::ATTACHMENT_STATE_STORED, 200, 100, kTestOrg, kList);
  put("lead", v1::ATTACHMENT_STATE_STORED, 130, 100, kTestOrg, kList);
  put("after", v1::ATTACHMENT_STATE_STORED, 60, 100, kTestOrg, kList);
  put("letter", v1::ATTACHMENT_STATE_STORED, 60);
  open_signal("closed", 300, v1::SIGNAL_STATE_CLOSED);
  open_signal("answered", 100, v1::SIGNAL_STATE_ANSWERED);
  rule(v1::MESSAGE_FAMILY_UNSPECIFIED, 30);
  EXPECT_EQ(preview(kList).kept_for_signals(), 2);
  run();
  EXPECT_FALSE(here("before"));
  EXPECT_TRUE(here("lead")) << "the signal may have come by it";
  EXPECT_TRUE(here("after")) << "the signal may be repeated on it";
  EXPECT_FALSE(here("letter"));
  open_signal("answered", 100, v1::SIGNAL_STATE_CLOSED);
  run();
  EXPECT_FALSE(here("lead"));
  EXPECT_FALSE(here("after"));
}

TEST_F(RetentionTest, AFileThatCameByHandIsKeptFromThenOn) {
  const auto by_hand = [&](const std::string& id, int received, int taken) {
    store::StoredMessage stored;
    stored.message.set_message_id(id);
    stored.message.set_provider_id("nsso");
    stored.message.set_provider_message_id(id);
    stored.message.set_family(kFamily);
    stored.message.mutable_received_at()->set_unix_ms(clock_.now_ms() - received * kDay);
    stored.message.mutable_provenance()->mutable_taken_at()->set_unix_ms(clock_.now_ms() -
                                                                         taken * kDay);
    store_.write([&](store::Transaction& tx) { return tx.put_message(kTestOrg, stored, ""); });
  };
  by_hand("yesterday", 1'000, 1);
  by_hand("long ago", 1'000, 31);
  rule(kFamily, 30);
  run();
  EXPECT_TRUE(here("yesterday")) << "whatever its date";
  EXPECT_FALSE(here("long ago")) << "no provider lists it";
}

TEST_F(RetentionTest, WhatNobodyDatedStays) {
  listed_until(clock_.now_ms());
  put("m", v1::ATTACHMENT_STATE_STORED, static_cast<int>(clock_.now_ms() / kDay) + 1);
  rule(kFamily, 30);
  run();
  EXPECT_TRUE(here("m"));
}

TEST_F(RetentionTest, AnotherOrganisationIsNotTouchedAndTheSettingsAreForAll) {
  store_.add_organisation(kOtherOrg);
  put("m", v1::ATTACHMENT_STATE_STORED, 100, -1);
  put("n", v1::ATTACHMENT_STATE_STORED, 100, -1, kOtherOrg);
  rule(kFamily, 90);
  run();
  run(kOtherOrg);
  EXPECT_EQ(store_.counters().messages, 0);
  EXPECT_EQ(store_.counters(kOtherOrg).messages, 1);
  retention_.reset();
  removal_.defaults.families[kFamily] = 60;
  run(kOtherOrg);
  EXPECT_EQ(store_.counters(kOtherOrg).messages, 0);
  EXPECT_THAT(store_.audit(kOtherOrg).back().reason(), HasSubstr("60 days, by the settings"));
}

TEST_F(RetentionTest, ManyGoInBatchesAndWhatStaysIsPassedOver) {
  removal_.batch = 3;
  for (int i = 0; i < 20; ++i)
    put("m" + std::to_string(i),
        i % 2 == 0 ? v1::ATTACHMENT_STATE_STORED : v1::ATTACHMENT_STATE_PENDING, 100 + i, -1);
  rule(kFamily, 30);
  EXPECT_EQ(preview(kFamily).messages(), 10);
  EXPECT_EQ(preview(kFamily).kept_unfetched(), 10);
  run();
  EXPECT_EQ(store_.counters().messages, 10);
  EXPECT_THAT(store_.acts(), Contains("message.remove").Times(10));
}

TEST_F(RetentionTest, ARunThatWasStoppedOrKilledIsGoneOnWith) {
  removal_.batch = 5;
  for (int i = 0; i < 20; ++i)
    put("m" + std::to_string(i), v1::ATTACHMENT_STATE_STORED, 100 + i, -1);
  rule(kFamily, 30);
  std::stop_source stop;
  std::thread other([&] {
    store_.wait_until([&] { return store_.counters().messages <= 15; });
    stop.request_stop();
  });
  const auto stopped = retention().run(kTestOrg, stop.get_token());
  other.join();
  EXPECT_TRUE(stopped.ok() || stopped.error().code == "duties.stopped");
  // Whatever it reached, it is whole: no message without its record or the reverse.
  const auto left = store_.counters().messages;
  EXPECT_THAT(store_.acts(), Contains("message.remove").Times(static_cast<int>(20 - left)));
  retention_.reset();
  store_.reopen();
  run();
  EXPECT_EQ(store_.counters().messages, 0);
  EXPECT_THAT(store_.acts(), Contains("message.remove").Times(20));
}

TEST_F(RetentionTest, AClockThatIsKnownToBeWrongRemovesNothing) {
  put("m", v1::ATTACHMENT_STATE_STORED, 100, -1);
  rule(kFamily, 30);
  bool wrong = true;
  removal_.clock_is_wrong = [&] { return wrong; };
  EXPECT_EQ(retention().run(kTestOrg, {}).error().code, "mailbox.clock_wrong");
  EXPECT_TRUE(here("m"));
  wrong = false;
  run();
  EXPECT_FALSE(here("m"));
}

TEST_F(RetentionTest, TheBytesGoWithTheNextSweepUnlessAnotherMessageHasThem) {
  ebox_->set_content("a-main", "only here");
  ebox_->set_content("b-main", "in both");
  ebox_->set_content("c-main", "in both");
  listed("a", 31);
  listed("b", 31);
  listed("c", 10);
  newest();
  ASSERT_TRUE(comes("a") && comes("b") && comes("c"));
  const auto sha_of = [&](const std::string& id) {
    return domain::to_hex(message(id).attachments(0).sha256());
  };
  const auto only_here = sha_of("a");
  const auto in_both = sha_of("b");
  rule(kFamily, 30);
  run();
  // As the next day finds them.
  namespace fs = std::filesystem;
  for (const auto& entry : fs::recursive_directory_iterator(store_.folder() / "blobs"))
    if (entry.is_regular_file())
      fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - std::chrono::hours(49));
  const auto tidied = store::keep_house(*store_);
  ASSERT_TRUE(tidied.ok());
  EXPECT_EQ(tidied->removed_files, 1);
  EXPECT_EQ(store_->blobs().open(kTestOrg, only_here).error().code, "blob.missing");
  EXPECT_TRUE(store_->blobs().open(kTestOrg, in_both).ok());
}

TEST_F(RetentionTest, ItRunsByItselfAlsoForWhoseModulesAreOff) {
  store_.write([](store::Transaction& tx) -> Result<void> {
    auto organisation = tx.organisation(kTestOrg);
    (*organisation)->clear_enabled_modules();
    return tx.put_organisation(**organisation);
  });
  put("m", v1::ATTACHMENT_STATE_STORED, 100, -1);
  rule(kFamily, 30);
  removal_.night.reset();
  removal_.interval_ms = 1'000;
  removal_.first_delay_ms = 1'000;
  retention().start();
  EXPECT_TRUE(store_.wait_until([&] {
    clock_.advance(500);
    return !here("m") && store_.duty(kRetentionDuty).has_last_success();
  }));
  retention().stop();
}

}  // namespace
}  // namespace semafoor::mailbox
