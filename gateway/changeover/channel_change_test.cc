// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/channel_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/changeover/test_lists.h"

namespace semafoor::changeover {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class ChannelChangeTest : public ListsTest {
 protected:
  ChannelChangeTest() {
    for (const char* id : {"s1", "s2", "s3"}) put(signal(id));
  }
};

TEST_F(ChannelChangeTest, OnListsAnAnswerWaitsForTheListAndNothingIsSent) {
  set(v1::CHANNEL_MODE_LISTS);
  EXPECT_EQ(answer(1, "s1").state(), v1::FEEDBACK_STATE_FOR_LIST);
  EXPECT_EQ(signal_state("s1"), v1::SIGNAL_STATE_ANSWERED);
  EXPECT_EQ(tasks(feedback::kSendTask), 0);
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK), Contains("feedback.for_list"));
  EXPECT_EQ(room_.channel(kTestOrg)->answers_for_list(), 1);
}

TEST_F(ChannelChangeTest, ParallelAndElectronicSendAsBefore) {
  EXPECT_EQ(answer(1, "s1").state(), v1::FEEDBACK_STATE_QUEUED);
  set(v1::CHANNEL_MODE_PARALLEL);
  EXPECT_EQ(answer(2, "s2").state(), v1::FEEDBACK_STATE_QUEUED);
  EXPECT_EQ(tasks(feedback::kSendTask), 2);
}

TEST_F(ChannelChangeTest, WhoLeavesTheListsSendsWhatWaitedUnderItsOwnClientIds) {
  set(v1::CHANNEL_MODE_LISTS);
  answer(1, "s1");
  answer(2, "s2");
  const auto changed = set(v1::CHANNEL_MODE_PARALLEL);
  EXPECT_EQ(changed.answers_queued(), 2);
  for (const int number : {1, 2}) answer_is(number, v1::FEEDBACK_STATE_QUEUED);
  EXPECT_EQ(tasks(feedback::kSendTask), 2);
  // The same again is the outcome that is stored, and no second answer.
  EXPECT_EQ(answer(1, "s1").state(), v1::FEEDBACK_STATE_QUEUED);
  EXPECT_EQ(tasks(feedback::kSendTask), 2);
  EXPECT_THAT(store_.acts(), Contains("channel.set"));
  EXPECT_THAT(store_.audit().back().detail(),
              HasSubstr("CHANNEL_MODE_LISTS to CHANNEL_MODE_PARALLEL, 2 answers queued"));
}

TEST_F(ChannelChangeTest, BackToListsLeavesOnTheWireWhatIsQueued) {
  answer(1, "s1");
  set(v1::CHANNEL_MODE_LISTS);
  answer_is(1, v1::FEEDBACK_STATE_QUEUED);
  EXPECT_EQ(answer(2, "s2").state(), v1::FEEDBACK_STATE_FOR_LIST);
  put_half_yearly("l1", 20261001, {"s1", "s2"});
  const auto its = prepare("l1");
  EXPECT_EQ(its.filled(), 1);
  EXPECT_EQ(rows(its.return_id())[0].reason_code(), "channels.row_on_the_wire");
}

TEST_F(ChannelChangeTest, WhatStandsOnAListThatWentStaysThere) {
  set(v1::CHANNEL_MODE_LISTS);
  answer(1, "s1");
  put_half_yearly("l1", 20261001, {"s1"});
  fetch(prepare("l1").return_id());
  EXPECT_EQ(set(v1::CHANNEL_MODE_ELECTRONIC).answers_queued(), 0);
  answer_is(1, v1::FEEDBACK_STATE_RETURNED);
  EXPECT_EQ(tasks(feedback::kSendTask), 0);
}

TEST_F(ChannelChangeTest, TheSameChannelAgainChangesNothing) {
  set(v1::CHANNEL_MODE_LISTS);
  const auto events = store_.events(v1::MODULE_FEEDBACK).size();
  EXPECT_TRUE(set(v1::CHANNEL_MODE_LISTS).unchanged());
  EXPECT_EQ(store_.events(v1::MODULE_FEEDBACK).size(), events);
}

TEST_F(ChannelChangeTest, SayingForTheFirstTimeWhatItWasIsKept) {
  EXPECT_FALSE(set(v1::CHANNEL_MODE_ELECTRONIC).unchanged());
  EXPECT_TRUE(room_.channel(kTestOrg)->channel().has_since());
}

TEST_F(ChannelChangeTest, AChangeThatBreaksOffInTheMiddleNeverHappened) {
  set(v1::CHANNEL_MODE_LISTS);
  answer(1, "s1");
  answer(2, "s2");
  const auto before = store_.acts().size();
  const auto broken = store_->write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto changed = change_channel(
        tx, kTestOrg, {.mode = v1::CHANNEL_MODE_ELECTRONIC, .by = "uid 1000", .reason = "r"}, act_);
    EXPECT_TRUE(changed.ok());
    EXPECT_EQ(changed->answers_queued(), 2);
    return Error{.kind = ErrorKind::unavailable, .code = "test.killed", .message = "killed"};
  });
  EXPECT_FALSE(broken.ok());
  store_.reopen();
  EXPECT_EQ(store_
                .ask<v1::GetChannelResponse>(
                    [](store::Reader& reader) { return describe_channel(reader, kTestOrg); })
                .channel()
                .mode(),
            v1::CHANNEL_MODE_LISTS);
  EXPECT_EQ(tasks(feedback::kSendTask), 0);
  EXPECT_EQ(store_.acts().size(), before);
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK), Not(Contains("feedback.queued")));
}

TEST_F(ChannelChangeTest, AnAnswerThatWaitsForAListMayBeDiscardedAndGivenAgain) {
  set(v1::CHANNEL_MODE_LISTS);
  answer(1, "s1");
  store_.write([&](store::Transaction& tx) -> Result<void> {
    auto replayed = feedback::replay(tx, kTestOrg, client_id(1), {.by = "uid 1000", .reason = "r"});
    EXPECT_EQ(replayed.error().code, "feedback.for_list");
    auto gone = feedback::discard(tx, kTestOrg, client_id(1), {.by = "uid 1000", .reason = "r"});
    return gone.ok() ? Result<void>() : gone.error();
  });
  EXPECT_EQ(answer(2, "s1", "X-EXEMPT").state(), v1::FEEDBACK_STATE_FOR_LIST);
}

}  // namespace
}  // namespace semafoor::changeover
