// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/return_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "gateway/changeover/return_records.h"
#include "gateway/changeover/test_lists.h"
#include "gateway/mailbox/fake_ebox.h"

namespace semafoor::changeover {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using upstream::ReplyOutcome;
using upstream::SendOutcome;

// What was replied, and what it is answered.
struct Replies {
  std::function<Result<ReplyOutcome>()> on_reply = [] {
    return ReplyOutcome{
        .state = SendOutcome::received, .message_id = "E-77", .expiration_date = "2027-11-01"};
  };
  std::atomic<int> replies{0};

  Result<ReplyOutcome> take(const upstream::ReplyMessage& reply) {
    ++replies;
    auto reader = reply.attachments.at(0).content();
    std::string bytes(4096, '\0');
    bytes.resize(*(*reader)->read(std::as_writable_bytes(std::span(bytes))));
    {
      const std::scoped_lock guard(mutex_);
      seen_ = reply;
      bytes_ = bytes;
    }
    return on_reply();
  }
  upstream::ReplyMessage seen() {
    const std::scoped_lock guard(mutex_);
    return seen_;
  }
  std::string bytes() {
    const std::scoped_lock guard(mutex_);
    return bytes_;
  }

 private:
  std::mutex mutex_;
  upstream::ReplyMessage seen_;
  std::string bytes_;
};

class ReturnSenderTest : public ListsTest {
 protected:
  ReturnSenderTest() {
    fake_->on_reply = [this](const upstream::ReplyMessage& reply) { return ebox_->take(reply); };
    set(v1::CHANNEL_MODE_LISTS);
    put(signal("s1"));
    answer(1, "s1");
    store::StoredMessage stored;
    stored.message.set_message_id("m1");
    stored.message.mutable_organisation()->set_value(kTestOrg);
    stored.message.set_provider_id("nsso");
    stored.message.set_provider_message_id("P-1");
    stored.message.mutable_subject()->set_fr("Liste des clignotants");
    stored.message.set_reply_authorised(true);
    stored.message.set_sender_organisation_id("308357753");
    store_.write([&](store::Transaction& tx) { return tx.put_message(kTestOrg, stored, ""); });
    put_half_yearly("l1", 20261001, {"s1"}, "m1");
    id_ = prepare("l1").return_id();
    EXPECT_TRUE(room_.returns().send(kTestOrg, id_, false, act_).ok());
  }

  void start() {
    sender_ = std::make_unique<ReturnSender>(
        *store_,
        [this](const store::Org&,
               const std::string& provider) -> Result<std::shared_ptr<upstream::EboxClient>> {
          EXPECT_EQ(provider, "nsso");
          return std::shared_ptr<upstream::EboxClient>(fake_);
        },
        clock_, SenderOptions{}, [] { return 1.0; });
    sender_->start();
  }
  bool reaches(v1::ReturnState state) {
    return store_.wait_until([&] {
      clock_.advance(1'000);
      return of(id_).state() == state;
    });
  }
  Error refusal(ErrorKind kind, bool retryable) {
    return Error{.kind = kind,
                 .code = "upstream.refused",
                 .message = "Replying: refused.",
                 .retryable = retryable};
  }

  const std::shared_ptr<Replies> ebox_ = std::make_shared<Replies>();
  const std::shared_ptr<mailbox::FakeEbox> fake_ = std::make_shared<mailbox::FakeEbox>();
  std::string id_;
  std::unique_ptr<ReturnSender> sender_;
};

TEST_F(ReturnSenderTest, AListGoesBackOnceToItsSenderWithItsCodes) {
  start();
  ASSERT_TRUE(reaches(v1::RETURN_STATE_SENT));
  EXPECT_EQ(ebox_->replies, 1);
  const auto reply = ebox_->seen();
  EXPECT_EQ(reply.original_message_id, "P-1");
  EXPECT_EQ(reply.recipient_id, "0308357753") << "the lost zero is mended";
  EXPECT_EQ(reply.subject.fr(), "Réponse : Liste des clignotants");
  EXPECT_TRUE(reply.subject.nl().empty());
  EXPECT_THAT(reply.attachments.at(0).file_name, HasSubstr(id_));
  EXPECT_THAT(ebox_->bytes(), HasSubstr("s1;X-COUNTED"));
  const auto its = of(id_);
  EXPECT_EQ(its.reply_message_id(), "E-77");
  EXPECT_EQ(domain::date_number(its.reply_kept_until()), 20271101);
  EXPECT_EQ(tasks(kReturnTask), 0);
  answer_is(1, v1::FEEDBACK_STATE_RETURNED);
}

TEST_F(ReturnSenderTest, WhatNobodyKnowsOfIsNeverSentAgain) {
  ebox_->on_reply = [] {
    return ReplyOutcome{.state = SendOutcome::unknown,
                        .why_unknown = Error{.kind = ErrorKind::unavailable,
                                             .code = "upstream.no_answer",
                                             .message = "No answer came."}};
  };
  start();
  ASSERT_TRUE(reaches(v1::RETURN_STATE_OUTCOME_UNKNOWN));
  EXPECT_THAT(of(id_).last_problem(), HasSubstr("No answer came"));
  clock_.advance(3'600'000);
  sender_.reset();
  start();
  clock_.advance(3'600'000);
  EXPECT_TRUE(room_.returns().send(kTestOrg, id_, false, act_).error().code ==
              "channels.return_leaves");
  EXPECT_EQ(ebox_->replies, 1);
  EXPECT_EQ(tasks(kReturnTask), 0);
  EXPECT_EQ(room_.returns().confirm(kTestOrg, id_, v1::RETURN_OUTCOME_ARRIVED, {}, act_)->state(),
            v1::RETURN_STATE_CONFIRMED);
}

TEST_F(ReturnSenderTest, WhoeverDiedWhileSendingLeavesADoubtAndNotASecondReply) {
  store_.write([&](store::Transaction& tx) -> Result<void> {
    auto its = load_return(tx, kTestOrg, id_);
    return move_return(tx, kTestOrg, *its, ReturnStep::hand_over, domain::act_of_gateway());
  });
  store_.reopen();
  start();
  ASSERT_TRUE(store_.wait_until([&] { return tasks(kReturnTask) == 0; }));
  sender_.reset();
  EXPECT_EQ(ebox_->replies, 0);
  const auto its = store_.ask<v1::ListReturn>(
      [&](store::Reader& reader) { return load_return(reader, kTestOrg, id_); });
  EXPECT_EQ(its.state(), v1::RETURN_STATE_OUTCOME_UNKNOWN);
  EXPECT_THAT(its.last_problem(), HasSubstr("cut short"));
}

TEST_F(ReturnSenderTest, ATryWithoutEffectIsRepeated) {
  std::atomic<int> tries{0};
  const auto good = ebox_->on_reply;
  ebox_->on_reply = [&]() -> Result<ReplyOutcome> {
    if (++tries < 3) return refusal(ErrorKind::unavailable, true);
    return good();
  };
  start();
  ASSERT_TRUE(reaches(v1::RETURN_STATE_SENT));
  EXPECT_EQ(ebox_->replies, 3);
  EXPECT_EQ(of(id_).last_problem(), "");
  sender_.reset();
}

TEST_F(ReturnSenderTest, WhatTheEboxRefusesBecomesAFileAndItsAnswersWaitAgain) {
  ebox_->on_reply = [&]() -> Result<ReplyOutcome> {
    return refusal(ErrorKind::permission_denied, false);
  };
  start();
  ASSERT_TRUE(reaches(v1::RETURN_STATE_PREPARED));
  sender_.reset();
  EXPECT_EQ(of(id_).way(), v1::RETURN_WAY_FILE);
  EXPECT_THAT(of(id_).last_problem(), HasSubstr("refused"));
  answer_is(1, v1::FEEDBACK_STATE_FOR_LIST);
  EXPECT_EQ(tasks(kReturnTask), 0);
  EXPECT_THAT(fetch(id_), HasSubstr("s1;X-COUNTED"));
}

TEST_F(ReturnSenderTest, WhatAPersonTookBackInTimeIsNotSent) {
  ASSERT_TRUE(room_.returns().confirm(kTestOrg, id_, v1::RETURN_OUTCOME_NEVER_WENT, {}, act_).ok());
  start();
  ASSERT_TRUE(store_.wait_until([&] { return tasks(kReturnTask) == 0; }));
  sender_.reset();
  EXPECT_EQ(ebox_->replies, 0);
  EXPECT_EQ(of(id_).state(), v1::RETURN_STATE_PREPARED);
}

}  // namespace
}  // namespace semafoor::changeover
