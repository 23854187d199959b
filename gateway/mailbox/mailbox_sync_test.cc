// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/mailbox_sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <set>

#include "gateway/domain/date.h"
#include "gateway/duties/test_store.h"
#include "gateway/mailbox/fake_ebox.h"
#include "gateway/mailbox/fetcher.h"

namespace semafoor::mailbox {
namespace {

using duties::kTestOrg;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::int64_t kDay = 86'400'000;

Error upstream_error(int status, bool retryable) {
  return Error{.kind = retryable ? ErrorKind::unavailable : ErrorKind::permission_denied,
               .code = "upstream.refused",
               .message = "Asking the e-Box: refused.",
               .retryable = retryable,
               .upstream_status = status};
}

class MailboxSyncTest : public ::testing::Test {
 protected:
  MailboxSyncTest() {
    store_.add_organisation();
    options_.interval_ms = 0;
    options_.page_size = 10;
    now_ = clock_.now_ms();
  }
  ~MailboxSyncTest() override { stop(); }

  void start() {
    sync_ = std::make_unique<MailboxSync>(
        *store_,
        [this](const store::Org&) { return Result<std::shared_ptr<upstream::EboxClient>>(ebox_); },
        families_, clock_, options_, [] { return 0.5; });
    sync_->start();
  }
  void stop() { sync_.reset(); }
  void restart() {
    stop();
    store_.reopen();
    start();
  }

  v1::Operation operation(const std::string& id) {
    return *store_.ask<std::optional<v1::Operation>>(
        [&](store::Reader& reader) { return reader.operation(kTestOrg, id); });
  }
  // Synchronises and waits for the end; time passes when `clock_runs`, so that retries come.
  v1::Operation synchronise(bool clock_runs = false) {
    const auto started = sync_->synchronise(kTestOrg, domain::act_of_gateway());
    EXPECT_TRUE(started.ok());
    EXPECT_TRUE(finished(started->operation_id, clock_runs));
    return operation(started->operation_id);
  }
  bool finished(const std::string& id, bool clock_runs = false) {
    return store_.wait_until([&] {
      if (clock_runs) clock_.advance(500);
      return operation(id).state() != v1::OPERATION_STATE_RUNNING;
    });
  }
  std::vector<v1::Message> messages() {
    store::MessageQuery query;
    query.limit = 1'000;
    return store_
        .ask<store::Page<v1::Message>>(
            [&](store::Reader& reader) { return reader.messages(kTestOrg, query); })
        .items;
  }
  v1::Attachment main_of(const std::string& provider_id) {
    for (const auto& message : messages()) {
      if (message.provider_message_id() == provider_id) return message.attachments(0);
    }
    return {};
  }
  std::size_t count(const std::string& event) {
    const auto types = store_.event_types(v1::MODULE_EBOX);
    return static_cast<std::size_t>(std::count(types.begin(), types.end(), event));
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  Families families_ = *Families::load();
  std::shared_ptr<FakeEbox> ebox_ = std::make_shared<FakeEbox>();
  SyncOptions options_;
  std::unique_ptr<MailboxSync> sync_;
  std::int64_t now_ = 0;
};

TEST_F(MailboxSyncTest, EveryMessageAndAttachmentArrives) {
  for (int i = 0; i < 25; ++i)
    ebox_->add("m" + std::to_string(i), now_ - i * kDay, "X-CORRECTION", true);
  start();
  const auto done = synchronise();
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_SUCCEEDED) << done.problem();
  EXPECT_EQ(done.done(), 50);
  EXPECT_EQ(done.total(), 50);
  EXPECT_THAT(messages(), SizeIs(25));
  for (const auto& message : messages()) {
    EXPECT_EQ(message.family(), v1::MESSAGE_FAMILY_CORRECTION);
    EXPECT_EQ(message.sender_name().nl(), "POD MI");
    EXPECT_TRUE(message.read_upstream()) << "our fetch of the main content made it so";
    for (const auto& attachment : message.attachments()) {
      EXPECT_EQ(attachment.state(), v1::ATTACHMENT_STATE_STORED);
      EXPECT_EQ(attachment.sha256().size(), 32U);
      EXPECT_GT(attachment.size_bytes(), 0);
      EXPECT_FALSE(attachment.digest_confirmed()) << "the provider gave none";
    }
  }
  EXPECT_EQ(count("message.stored"), 25U);
  EXPECT_EQ(count("attachment.stored"), 50U);
  EXPECT_EQ(count("operation.finished"), 1U);
  EXPECT_TRUE(store_.duty(kSyncDuty).has_last_success());
  EXPECT_TRUE(store_.duty(kFetchDuty).has_last_success());
}

TEST_F(MailboxSyncTest, AnEmptyBoxIsASuccess) {
  start();
  EXPECT_EQ(synchronise().state(), v1::OPERATION_STATE_SUCCEEDED);
}

TEST_F(MailboxSyncTest, ASecondSynchronisationChangesNothing) {
  ebox_->add("m1", now_, "X-CORRECTION", true);
  start();
  synchronise();
  const auto before = messages();
  // Our own fetch made the provider call it read.
  auto& listed = ebox_->add("m1", now_, "X-CORRECTION", true);
  listed.read = true;
  listed.json = R"({"messageId":"m1","readStatus":true})";
  synchronise();
  const auto after = messages();
  EXPECT_EQ(before[0].version(), after[0].version());
  EXPECT_EQ(before[0].message_id(), after[0].message_id());
  EXPECT_THAT(ebox_->fetched(), SizeIs(2));
}

TEST_F(MailboxSyncTest, TheNextListingOverlapsByADay) {
  ebox_->add("m1", now_ - 3 * kDay);
  start();
  synchronise();
  ebox_->add("m2", now_ - 4 * kDay);  // appeared late, older than what we know
  synchronise();
  const auto asked = ebox_->received_after();
  ASSERT_THAT(asked, SizeIs(2));
  EXPECT_EQ(asked[0], "");
  EXPECT_THAT(messages(), SizeIs(2));
  EXPECT_EQ(asked[1], domain::write_date(domain::date_of_ms(now_ - 4 * kDay)));
}

TEST_F(MailboxSyncTest, WhatChangedUpstreamIsToldAndNewAttachmentsAreFetched) {
  ebox_->add("m1", now_);
  start();
  synchronise();
  auto& changed = ebox_->add("m1", now_, "X-CORRECTION", true);
  changed.expiration_date = "2027-03-01";
  changed.json = "{}";
  synchronise();
  ASSERT_THAT(messages(), SizeIs(1));
  EXPECT_EQ(messages()[0].expires_on().month(), 3);
  EXPECT_EQ(messages()[0].attachments_size(), 2);
  EXPECT_EQ(messages()[0].attachments(1).state(), v1::ATTACHMENT_STATE_STORED);
  EXPECT_EQ(count("message.changed"), 1U);
}

TEST_F(MailboxSyncTest, AVanishedMessageDoesNotHideAnotherOne) {
  for (int i = 0; i < 20; ++i) ebox_->add("m" + std::to_string(i), now_ - i * kDay);
  // Between the pages the first message expires: what stood first on page two moves to page one.
  std::atomic<bool> once{false};
  ebox_->on_list = [&](int page) -> Result<void> {
    if (page == 2 && !once.exchange(true)) ebox_->remove("m0");
    return {};
  };
  start();
  synchronise();
  EXPECT_THAT(messages(), SizeIs(20));
}

TEST_F(MailboxSyncTest, AReceiptInTheFutureDoesNotHideWhatComesBeforeIt) {
  ebox_->add("m1", now_ + 9000 * kDay);
  start();
  synchronise();
  synchronise();
  EXPECT_LT(ebox_->received_after()[1].substr(0, 4), "2030");
}

TEST_F(MailboxSyncTest, ATypeNobodyKnowsIsOther) {
  ebox_->add("m1", now_, "17");
  start();
  synchronise();
  EXPECT_EQ(messages()[0].family(), v1::MESSAGE_FAMILY_OTHER);
  EXPECT_EQ(messages()[0].message_type_id(), "17");
}

TEST_F(MailboxSyncTest, MainContentIsHeldBackByPolicyAndAnnexesAreNot) {
  options_.read.families[v1::MESSAGE_FAMILY_CORRECTION] = v1::READ_POLICY_NEVER;
  ebox_->add("m1", now_, "X-CORRECTION", true);
  ebox_->add("m2", now_, "X-OVERLAPPING");
  start();
  EXPECT_EQ(synchronise().state(), v1::OPERATION_STATE_SUCCEEDED);
  EXPECT_EQ(main_of("m1").state(), v1::ATTACHMENT_STATE_HELD_BACK);
  EXPECT_EQ(main_of("m2").state(), v1::ATTACHMENT_STATE_STORED);
  EXPECT_THAT(ebox_->fetched(), ::testing::UnorderedElementsAre("m1-annex", "m2-main"));
  for (const auto& message : messages()) {
    EXPECT_EQ(message.read_upstream(), message.provider_message_id() == "m2");
  }
}

TEST_F(MailboxSyncTest, ARunningSynchronisationIsJoined) {
  ebox_->add("m1", now_);
  std::mutex mutex;
  std::condition_variable bell;
  bool open = false;
  ebox_->on_content = [&](const std::string&, std::stop_token) -> Result<void> {
    std::unique_lock lock(mutex);
    bell.wait(lock, [&] { return open; });
    return {};
  };
  start();
  const auto first = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  const auto second = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  EXPECT_FALSE(first->joined);
  EXPECT_TRUE(second->joined);
  EXPECT_EQ(first->operation_id, second->operation_id);
  {
    const std::scoped_lock guard(mutex);
    open = true;
  }
  bell.notify_all();
  ASSERT_TRUE(finished(first->operation_id));
  const auto third = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  EXPECT_FALSE(third->joined);
  ASSERT_TRUE(finished(third->operation_id));
}

TEST_F(MailboxSyncTest, ProgressIsToldEveryFiftyItemsAndNotForEach) {
  options_.page_size = 100;
  for (int i = 0; i < 200; ++i) ebox_->add("m" + std::to_string(i), now_ - i);
  start();
  const auto done = synchronise();
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_SUCCEEDED);
  EXPECT_GE(count("operation.progress"), 4U);
  EXPECT_LE(count("operation.progress"), 8U);
  for (const auto& event : store_.events(v1::MODULE_EBOX)) {
    if (event.type() == "operation.progress") {
      EXPECT_EQ(event.operation().operation_id(), done.operation_id());
      EXPECT_THAT(event.operation().total(), Gt(0));
    }
  }
}

TEST_F(MailboxSyncTest, APageThatFailsMakesThePartThatCameAPartialSuccess) {
  for (int i = 0; i < 20; ++i) ebox_->add("m" + std::to_string(i), now_ - i * kDay);
  ebox_->on_list = [](int page) -> Result<void> {
    return page == 1 ? Result<void>() : Result<void>(upstream_error(403, false));
  };
  start();
  const auto done = synchronise();
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_THAT(done.problem(), HasSubstr("403"));
  EXPECT_THAT(messages(), SizeIs(10));
  EXPECT_THAT(store_.duty(kSyncDuty).problem(), HasSubstr("403"));
  // The position has not moved: the rest is listed again from the start.
  ebox_->on_list = nullptr;
  EXPECT_EQ(synchronise().state(), v1::OPERATION_STATE_SUCCEEDED);
  EXPECT_THAT(messages(), SizeIs(20));
  EXPECT_THAT(ebox_->received_after(), ::testing::Each(""));
  EXPECT_THAT(store_.duty(kSyncDuty).problem(), IsEmpty());
}

TEST_F(MailboxSyncTest, NothingListedAtAllIsAFailure) {
  ebox_->on_list = [](int) -> Result<void> { return upstream_error(403, false); };
  start();
  EXPECT_EQ(synchronise().state(), v1::OPERATION_STATE_FAILED);
}

TEST_F(MailboxSyncTest, AListingThatMayWorkLaterIsTriedAgainBeforeItIsAProblem) {
  ebox_->add("m1", now_);
  std::atomic<int> lists{0};
  ebox_->on_list = [&](int) -> Result<void> {
    if (++lists > 1) return {};
    auto busy = upstream_error(429, true);
    busy.retry_after_ms = 30'000;
    return busy;
  };
  start();
  const auto started = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  ASSERT_TRUE(store_.wait_until([&] {
    return operation(started->operation_id).phase() == "waiting: upstream asked for 30 s";
  }));
  const auto asked_at = clock_.now_ms();
  ASSERT_TRUE(finished(started->operation_id, true));
  EXPECT_GE(clock_.now_ms() - asked_at, 30'000);
  EXPECT_EQ(operation(started->operation_id).state(), v1::OPERATION_STATE_SUCCEEDED);
}

TEST_F(MailboxSyncTest, AListingThatKeepsFailingEndsItsOperation) {
  ebox_->on_list = [](int) -> Result<void> { return upstream_error(503, true); };
  start();
  const auto done = synchronise(true);
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_FAILED);
  EXPECT_THAT(done.problem(), HasSubstr("503"));
}

TEST_F(MailboxSyncTest, WhatCannotBeUnderstoodIsSaidAndTheRestArrives) {
  ebox_->add("m1", now_);
  ebox_->rejected = {"receiptDate is missing"};
  start();
  const auto done = synchronise();
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_THAT(done.problem(), HasSubstr("receiptDate"));
  EXPECT_THAT(messages(), SizeIs(1));
}

TEST_F(MailboxSyncTest, AWrongDigestIsNeverShownAsStoredAndComesRightLater) {
  auto& message = ebox_->add("m1", now_);
  message.attachments[0].sha256 =
      "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";  // "foo"
  ebox_->add("m2", now_);
  start();
  const auto done = synchronise();
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_THAT(done.problem(), HasSubstr("1 attachment could not be fetched"));
  EXPECT_EQ(main_of("m1").state(), v1::ATTACHMENT_STATE_FAILED);
  EXPECT_THAT(main_of("m1").problem(), HasSubstr("digest"));
  EXPECT_EQ(main_of("m1").sha256(), "");
  EXPECT_EQ(main_of("m2").state(), v1::ATTACHMENT_STATE_STORED);
  EXPECT_EQ(count("attachment.failed"), 1U);

  ebox_->set_content("m1-main", "foo");
  ASSERT_TRUE(store_.wait_until([&] {
    clock_.advance(500);
    return main_of("m1").state() == v1::ATTACHMENT_STATE_STORED;
  }));
  EXPECT_TRUE(main_of("m1").digest_confirmed());
  EXPECT_EQ(main_of("m1").size_bytes(), 3);
  EXPECT_EQ(main_of("m1").problem(), "");
  EXPECT_EQ(count("attachment.failed"), 1U) << "told once, not at every try";
}

TEST_F(MailboxSyncTest, AProviderThatCorrectsItsDigestIsBelieved) {
  auto& wrong = ebox_->add("m1", now_);
  wrong.attachments[0].sha256 = std::string(64, '0');
  start();
  synchronise();
  ASSERT_EQ(main_of("m1").state(), v1::ATTACHMENT_STATE_FAILED);
  auto& right = ebox_->add("m1", now_);
  right.attachments[0].sha256 =
      "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";  // "foo"
  right.json = "{}";
  ebox_->set_content("m1-main", "foo");
  synchronise();
  EXPECT_TRUE(store_.wait_until([&] {
    clock_.advance(500);
    return main_of("m1").state() == v1::ATTACHMENT_STATE_STORED;
  }));
}

TEST_F(MailboxSyncTest, ATransferThatBreaksOffIsRepeatedAndTheOthersGoOn) {
  for (int i = 0; i < 12; ++i) ebox_->add("m" + std::to_string(i), now_ - i);
  std::atomic<int> broken{0};
  ebox_->on_content = [&](const std::string& id, std::stop_token) -> Result<void> {
    if (id == "m3-main" && ++broken <= 2) return upstream_error(500, true);
    return {};
  };
  start();
  const auto done = synchronise(true);
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_SUCCEEDED) << "three tries were enough";
  EXPECT_EQ(main_of("m3").state(), v1::ATTACHMENT_STATE_STORED);
}

TEST_F(MailboxSyncTest, AnAttachmentThatNeverComesDoesNotKeepItsOperationOpen) {
  ebox_->add("m1", now_);
  ebox_->on_content = [](const std::string&, std::stop_token) -> Result<void> {
    return upstream_error(500, true);
  };
  start();
  const auto done = synchronise(true);
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_EQ(main_of("m1").state(), v1::ATTACHMENT_STATE_FAILED);
}

TEST_F(MailboxSyncTest, DownloadsThatHangDoNotHideThoseThatHaveArrived) {
  for (int i = 0; i < 10; ++i) ebox_->add("m" + std::to_string(i), now_ - i);
  std::mutex mutex;
  std::condition_variable bell;
  bool open = false;
  ebox_->on_content = [&](const std::string& id, std::stop_token) -> Result<void> {
    if (id >= "m6") return {};
    std::unique_lock lock(mutex);
    bell.wait(lock, [&] { return open; });
    return {};
  };
  start();
  const auto started = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  EXPECT_TRUE(store_.wait_until([&] {
    clock_.advance(50);
    return count("attachment.stored") == 4;
  }));
  {
    const std::scoped_lock guard(mutex);
    open = true;
  }
  bell.notify_all();
  ASSERT_TRUE(finished(started->operation_id));
}

TEST_F(MailboxSyncTest, AnUpstreamThatAsksForPatienceIsLeftAlone) {
  options_.downloaders = 1;
  for (int i = 0; i < 5; ++i) ebox_->add("m" + std::to_string(i), now_ - i);
  std::atomic<int> asked{0};
  ebox_->on_content = [&](const std::string&, std::stop_token) -> Result<void> {
    if (++asked > 1) return {};
    auto busy = upstream_error(429, true);
    busy.kind = ErrorKind::resource_exhausted;
    busy.retry_after_ms = 10'000;
    return busy;
  };
  start();
  const auto started = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  ASSERT_TRUE(store_.wait_until([&] {
    return operation(started->operation_id).phase().starts_with("waiting: upstream asked for");
  }));
  EXPECT_EQ(asked, 1) << "no other attachment is asked for meanwhile";
  const auto asked_at = clock_.now_ms();
  ASSERT_TRUE(finished(started->operation_id, true));
  EXPECT_GE(clock_.now_ms() - asked_at, 10'000);
  EXPECT_EQ(operation(started->operation_id).state(), v1::OPERATION_STATE_SUCCEEDED);
}

TEST_F(MailboxSyncTest, AStoppedSynchronisationGoesOnWithTheNextStart) {
  for (int i = 0; i < 30; ++i) ebox_->add("m" + std::to_string(i), now_ - i);
  std::mutex mutex;
  std::condition_variable_any bell;
  std::atomic<int> stuck{0};
  ebox_->on_content = [&](const std::string& id, std::stop_token stop) -> Result<void> {
    if (id < "m2") return {};
    ++stuck;
    std::unique_lock lock(mutex);
    bell.wait(lock, stop, [] { return false; });
    return Error{.kind = ErrorKind::cancelled, .code = "upstream.cancelled", .message = "stopped"};
  };
  start();
  const auto started = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  ASSERT_TRUE(store_.wait_until([&] { return stuck > 0; }));
  const auto before = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
  EXPECT_EQ(operation(started->operation_id).state(), v1::OPERATION_STATE_RUNNING);

  ebox_->on_content = nullptr;
  restart();
  ASSERT_TRUE(finished(started->operation_id));
  EXPECT_EQ(operation(started->operation_id).state(), v1::OPERATION_STATE_SUCCEEDED);
  for (const auto& message : messages()) {
    EXPECT_EQ(message.attachments(0).state(), v1::ATTACHMENT_STATE_STORED);
  }
  EXPECT_EQ(count("operation.finished"), 1U);
}

TEST_F(MailboxSyncTest, ByIntervalItRunsWithoutBeingAskedAndWithoutOperation) {
  options_.interval_ms = 900'000;
  ebox_->add("m1", now_);
  start();
  ASSERT_TRUE(store_.wait_until([&] {
    clock_.advance(10'000);
    return messages().size() == 1 && main_of("m1").state() == v1::ATTACHMENT_STATE_STORED;
  }));
  EXPECT_EQ(count("operation.finished"), 0U);
}

TEST_F(MailboxSyncTest, AProviderThatDoesNotCountIsReadToItsEnd) {
  ebox_->counts = false;
  for (int i = 0; i < 35; ++i) ebox_->add("m" + std::to_string(i), now_ - i * kDay);
  start();
  EXPECT_EQ(synchronise().state(), v1::OPERATION_STATE_SUCCEEDED);
  EXPECT_THAT(messages(), SizeIs(35));
}

TEST_F(MailboxSyncTest, ATextThatIsTheMainContentIsArchivedLikeAnyOther) {
  v1::LocalizedText text;
  text.set_nl("Geachte,\nuw dossier");
  text.set_fr("Madame");
  ebox_->add_text("m1", now_, text);
  start();
  EXPECT_EQ(synchronise().state(), v1::OPERATION_STATE_SUCCEEDED);
  const auto stored = main_of("m1");
  EXPECT_EQ(stored.state(), v1::ATTACHMENT_STATE_STORED);
  EXPECT_TRUE(stored.main_content());
  EXPECT_EQ(stored.file_name(), "message.txt");
  EXPECT_EQ(
      stored.size_bytes(),
      static_cast<std::int64_t>(std::string("[nl]\nGeachte,\nuw dossier\n\n[fr]\nMadame").size()));
  EXPECT_TRUE(messages().at(0).read_upstream());
  synchronise();
  EXPECT_EQ(messages().at(0).attachments_size(), 1) << "once";
}

TEST_F(MailboxSyncTest, ATextThatTheProviderDoesNotHaveIsNotSilent) {
  ebox_->add_text("m1", now_, {});
  ebox_->forget_text("m1");
  start();
  synchronise(true);
  EXPECT_EQ(main_of("m1").state(), v1::ATTACHMENT_STATE_FAILED);
  EXPECT_THAT(main_of("m1").problem(), HasSubstr("says that it has one"));
}

}  // namespace
}  // namespace semafoor::mailbox
