// SPDX-License-Identifier: Apache-2.0
//
// For unit tests about reading: the rooms that fetch, hold back and watch, over a pretended e-Box.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "gateway/domain/date.h"
#include "gateway/duties/test_store.h"
#include "gateway/mailbox/expiry_watch.h"
#include "gateway/mailbox/fake_ebox.h"
#include "gateway/mailbox/mailbox.h"
#include "gateway/mailbox/mailbox_sync.h"

namespace semafoor::mailbox {

class ReadingTest : public ::testing::Test {
 protected:
  static constexpr std::int64_t kDay = 86'400'000;

  ReadingTest() {
    store_.add_organisation();
    options_.interval_ms = 0;
    expiry_.interval_ms = 0;
  }
  ~ReadingTest() override { stop(); }

  void start() {
    sync_ = std::make_unique<MailboxSync>(
        *store_,
        [this](const store::Org&) { return Result<std::shared_ptr<upstream::EboxClient>>(ebox_); },
        families_, clock_, options_, [] { return 0.5; });
    const auto queued = [this](const store::Org& org, const std::string& provider, int n) {
      sync_->expect(org, provider, n);
    };
    mailbox_ = std::make_unique<Mailbox>(
        *store_, families_, [this] { return clock_.now_ms(); }, options_.read, queued);
    watch_ = std::make_unique<ExpiryWatch>(*store_, clock_, expiry_, options_.read, queued,
                                           [] { return 0.5; });
    sync_->start();
  }
  void stop() {
    watch_.reset();
    sync_.reset();
  }

  // Every family, in the settings.
  void policy(v1::ReadPolicy policy) {
    options_.read.general = policy;
    options_.read.families.clear();
  }
  // Of the organisation.
  void own_policy(v1::MessageFamily family, v1::ReadPolicy policy) {
    v1::FamilyReadPolicy wanted;
    wanted.set_family(family);
    wanted.set_policy(policy);
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto organisation = tx.organisation(duties::kTestOrg);
      set_read_policy(**organisation, wanted);
      return tx.put_organisation(**organisation);
    });
  }

  void synchronise() {
    const auto started = sync_->synchronise(duties::kTestOrg, domain::act_of_gateway());
    ASSERT_TRUE(started.ok());
    ASSERT_TRUE(store_.wait_until([&] {
      return store_
                 .ask<std::optional<v1::Operation>>([&](store::Reader& reader) {
                   return reader.operation(duties::kTestOrg, started->operation_id);
                 })
                 ->state() != v1::OPERATION_STATE_RUNNING;
    }));
  }
  void look() {
    const auto looked = watch_->look(duties::kTestOrg, {});
    ASSERT_TRUE(looked.ok()) << looked.error().message;
  }

  v1::Message message(const std::string& provider_id) {
    auto found = store_.ask<std::optional<store::StoredMessage>>([&](store::Reader& reader) {
      return reader.message_by_upstream(duties::kTestOrg, ebox_->provider_id(), provider_id);
    });
    return found ? found->message : v1::Message();
  }
  v1::AttachmentState state(const std::string& provider_id, int attachment = 0) {
    return message(provider_id).attachments(attachment).state();
  }
  bool comes(const std::string& provider_id) {
    return store_.wait_until([&] { return state(provider_id) == v1::ATTACHMENT_STATE_STORED; });
  }
  Result<OpenAttachment> open(const std::string& provider_id) {
    const auto found = message(provider_id);
    return mailbox_->open_attachment(duties::kTestOrg, found.message_id(),
                                     found.attachments(0).attachment_id());
  }
  // Midnight so many days from today.
  std::string in_days(int days) {
    return domain::write_date(domain::date_of_ms(clock_.now_ms() + days * kDay));
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  Families families_ = *Families::load();
  std::shared_ptr<FakeEbox> ebox_ = std::make_shared<FakeEbox>();
  SyncOptions options_;
  ExpiryOptions expiry_;
  std::unique_ptr<MailboxSync> sync_;
  std::unique_ptr<Mailbox> mailbox_;
  std::unique_ptr<ExpiryWatch> watch_;
};

}  // namespace semafoor::mailbox
