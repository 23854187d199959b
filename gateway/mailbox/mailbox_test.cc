// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/mailbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>
#include <vector>

#include "gateway/domain/hex.h"
#include "gateway/duties/test_store.h"
#include "gateway/mailbox/other_types.h"
#include "gateway/store/piece_sums.h"

namespace semafoor::mailbox {
namespace {

using duties::kTestOrg;
using ::testing::HasSubstr;

class MailboxTest : public ::testing::Test {
 protected:
  MailboxTest() {
    store_.add_organisation();
    for (const auto* id : {"m1", "m2"}) {
      store::StoredMessage stored;
      stored.message.set_message_id(id);
      stored.message.mutable_organisation()->set_value(kTestOrg);
      stored.message.set_provider_id("nsso");
      stored.message.set_provider_message_id(id);
      auto& attachment = *stored.message.add_attachments();
      attachment.set_attachment_id(std::string(id) + "-a");
      attachment.set_state(v1::ATTACHMENT_STATE_PENDING);
      store_.write([&](store::Transaction& tx) { return tx.put_message(kTestOrg, stored, ""); });
    }
    person_.set_id("u1");
  }

  void store_attachment(const std::string& id, const std::string& bytes) {
    auto writer = store_->blobs().create(kTestOrg);
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->append(std::as_bytes(std::span(bytes))).ok());
    const auto blob = (*writer)->commit();
    ASSERT_TRUE(blob.ok());
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto stored = tx.message(kTestOrg, id);
      auto& attachment = *(*stored)->message.mutable_attachments(0);
      attachment.set_state(v1::ATTACHMENT_STATE_STORED);
      attachment.set_sha256(*domain::from_hex(blob->sha256));
      return tx.put_message(kTestOrg, **stored, "");
    });
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  Families families_ = *Families::load();
  Mailbox mailbox_{*store_, families_, [this] { return clock_.now_ms(); }};
  v1::Actor person_;
  const domain::Act act_{.caller = {.kind = domain::Caller::Kind::process, .account = "uid 1000"},
                         .actor_id = "u1"};
};

TEST_F(MailboxTest, AStoredAttachmentOpens) {
  store_attachment("m1", "hello");
  auto open = mailbox_.open_attachment(kTestOrg, "m1", "m1-a");
  ASSERT_TRUE(open.ok()) << open.error().message;
  std::vector<char> piece(store::kPieceBytes);
  const auto read = open->reader->read_piece(0, std::as_writable_bytes(std::span(piece)));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(std::string(piece.data(), *read), "hello");
}

TEST_F(MailboxTest, AnAttachmentThatIsNotHereSaysWhy) {
  const auto pending = mailbox_.open_attachment(kTestOrg, "m1", "m1-a");
  EXPECT_EQ(pending.error().code, "attachment.not_stored");
  EXPECT_EQ(pending.error().kind, ErrorKind::failed_precondition);
  EXPECT_TRUE(pending.error().retryable);
  EXPECT_EQ(mailbox_.open_attachment(kTestOrg, "m1", "m2-a").error().code,
            "mailbox.attachment_unknown");
  EXPECT_EQ(mailbox_.open_attachment(kTestOrg, "m3", "m3-a").error().code,
            "mailbox.message_unknown");
  EXPECT_EQ(mailbox_.open_attachment("0212344876", "m1", "m1-a").error().kind,
            ErrorKind::not_found);
}

TEST_F(MailboxTest, WhoSawAMessageFirstStaysOnRecord) {
  const auto seen = mailbox_.mark_seen(kTestOrg, {"m2", "m1"}, person_, act_);
  ASSERT_TRUE(seen.ok());
  EXPECT_EQ((*seen)[0].message_id(), "m2");
  EXPECT_EQ((*seen)[1].seen_by().id(), "u1");
  v1::Actor other;
  other.set_id("u2");
  const auto again = mailbox_.mark_seen(kTestOrg, {"m1"}, other, act_);
  EXPECT_EQ((*again)[0].seen_by().id(), "u1");
  EXPECT_EQ((*again)[0].version(), (*seen)[1].version());
  const auto records = store_.audit();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].act(), "message.seen");
  EXPECT_EQ(records[0].subject_id(), "m2");
  EXPECT_EQ(records[0].actor().id(), "u1");
}

TEST_F(MailboxTest, OneUnknownMessageMarksNone) {
  const auto seen = mailbox_.mark_seen(kTestOrg, {"m1", "m3"}, person_, act_);
  ASSERT_FALSE(seen.ok());
  EXPECT_EQ(seen.error().field, "messageIds[1]");
  EXPECT_FALSE(mailbox_.get(kTestOrg, "m1")->seen());
  EXPECT_TRUE(store_.audit().empty());
}

TEST_F(MailboxTest, FamiliesIncludeTheProvidersOtherTypes) {
  upstream::RemoteMessageType type;
  type.id = "17";
  type.name.set_nl("Factuur");
  store_.write([&](store::Transaction& tx) {
    return tx.put_cursor(kTestOrg, kOtherTypes, write_other_types({type}, families_));
  });
  const auto families = mailbox_.families(kTestOrg);
  ASSERT_TRUE(families.ok());
  EXPECT_EQ(families->size(), families_.all().size() + 1);
  EXPECT_EQ(families->back().name().nl(), "Factuur");
}

}  // namespace
}  // namespace semafoor::mailbox
