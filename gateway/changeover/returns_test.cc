// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/returns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/changeover/return_records.h"
#include "gateway/changeover/return_sender.h"
#include "gateway/changeover/test_lists.h"

namespace semafoor::changeover {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ReturnsTest : public ListsTest {
 protected:
  ReturnsTest() {
    set(v1::CHANNEL_MODE_LISTS);
    for (const char* id : {"s1", "s2", "s3"}) put(signal(id));
  }

  void put_message(const std::string& id, bool takes_replies,
                   const std::string& sender = "0308357753") {
    store::StoredMessage stored;
    stored.message.set_message_id(id);
    stored.message.mutable_organisation()->set_value(kTestOrg);
    stored.message.set_provider_id("nsso");
    stored.message.set_provider_message_id("P-" + id);
    stored.message.set_reply_authorised(takes_replies);
    stored.message.set_sender_organisation_id(sender);
    store_.write([&](store::Transaction& tx) { return tx.put_message(kTestOrg, stored, ""); });
  }
  v1::ListReturn confirm(const std::string& id, v1::ReturnOutcome outcome) {
    auto confirmed = room_.returns().confirm(kTestOrg, id, outcome, {}, act_);
    EXPECT_TRUE(confirmed.ok()) << confirmed.error().message;
    return confirmed.ok() ? *confirmed : v1::ListReturn();
  }
  std::vector<std::string> reasons(const std::string& return_id) {
    std::vector<std::string> codes;
    for (const auto& row : rows(return_id)) codes.push_back(row.reason_code());
    return codes;
  }
};

TEST_F(ReturnsTest, ARowGetsTheCodeOfItsAnswerAndTheOthersSayWhyNot) {
  answer(1, "s1");
  put_half_yearly("l1", 20261001, {"s1", "s2", "s1", "gone"});
  const auto its = prepare("l1");
  EXPECT_EQ(its.state(), v1::RETURN_STATE_PREPARED);
  EXPECT_EQ(its.rows(), 4);
  EXPECT_EQ(its.filled(), 1);
  EXPECT_EQ(its.way(), v1::RETURN_WAY_FILE);
  EXPECT_THAT(
      reasons(its.return_id()),
      ElementsAre("", "channels.row_unanswered", "channels.row_twice", "channels.row_unanswered"));
  ASSERT_EQ(its.unfilled_size(), 2);
  EXPECT_EQ(its.unfilled(0).rows(), 2);
  EXPECT_TRUE(its.unfilled(0).missing());
  EXPECT_FALSE(its.unfilled(1).missing());
  EXPECT_FALSE(its.unfilled(0).reason().nl().empty());
  answer_is(1, v1::FEEDBACK_STATE_FOR_LIST);
}

TEST_F(ReturnsTest, ACodeThatWasNotValidIsNotReturned) {
  answer(1, "s1");
  Changeover strict(*store_, {.valid = [](store::Reader&, const std::string&, std::int64_t,
                                          const v1::Signal&) { return false; },
                              .judge = {},
                              .now_ms = [this] { return clock_.now_ms(); }});
  put_half_yearly("l1", 20261001, {"s1"});
  auto prepared = strict.returns().prepare(kTestOrg, "l1", act_);
  ASSERT_TRUE(prepared.ok());
  EXPECT_EQ(prepared->list_return().filled(), 0);
  ASSERT_EQ(prepared->missing_size(), 1);
  EXPECT_EQ(prepared->missing(0).reason_code(), "channels.row_code_not_valid");
}

TEST_F(ReturnsTest, WhatTheListAnswersAlreadyIsLeftAlone) {
  answer(1, "s1");
  auto made = list("l1", v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST, 20261001, clock_.now_ms());
  put(made, {"s1"});
  store_.write([&](store::Transaction& tx) -> Result<void> {
    v1::SignalListRow row;
    row.set_list_id("l1");
    row.set_signal_id("s1");
    row.set_feedback_code("X-EXEMPT");
    return tx.put_entry(kTestOrg, {.kind = kListRowEntry,
                                   .id = "l1/1",
                                   .sort = 1,
                                   .person = {},
                                   .subject = "l1",
                                   .body = row.SerializeAsString()});
  });
  EXPECT_THAT(reasons(prepare("l1").return_id()), ElementsAre("channels.row_has_code"));
}

TEST_F(ReturnsTest, PreparingAgainFillsTheSameReturnAnew) {
  answer(1, "s1");
  put_half_yearly("l1", 20261001, {"s1", "s2"});
  const auto first = prepare("l1");
  answer(2, "s2");
  const auto second = prepare("l1");
  EXPECT_EQ(second.return_id(), first.return_id());
  EXPECT_EQ(second.filled(), 2);
  EXPECT_EQ(second.filling(), 2);
  EXPECT_EQ(rows(second.return_id()).size(), 2U);
  EXPECT_EQ(room_.returns().list(kTestOrg, {})->total, 1);
}

TEST_F(ReturnsTest, OnlyHalfYearlyListsGoBack) {
  put(list("l1", v1::SIGNAL_CHANNEL_MONTHLY_LIST, 20261001, clock_.now_ms()), {"s1"});
  EXPECT_EQ(room_.returns().prepare(kTestOrg, "l1", act_).error().code, "channels.not_half_yearly");
  EXPECT_EQ(room_.returns().prepare(kTestOrg, "none", act_).error().code, "channels.list_unknown");
}

TEST_F(ReturnsTest, FetchingTheFileTakesItsAnswersAlongInTheSameTransaction) {
  answer(1, "s1");
  put_half_yearly("l1", 20261001, {"s1"});
  const auto id = prepare("l1").return_id();
  const auto bytes = fetch(id);
  EXPECT_THAT(bytes, HasSubstr("Dossier;Code;Naam\r\ns1;X-COUNTED;\"Peeters; \"\"An\"\"\"\r\n"));
  const auto its = of(id);
  EXPECT_EQ(its.state(), v1::RETURN_STATE_FETCHED);
  EXPECT_EQ(its.left_by().name(), "Ann");
  answer_is(1, v1::FEEDBACK_STATE_RETURNED);
  EXPECT_EQ(item(1).list_return_id(), id);
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK), Contains("feedback.returned"));
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK), Contains("list.returned"));
  const auto story = store_.ask<v1::SignalHistory>(
      [](store::Reader& reader) { return history::of(reader, kTestOrg, "s1"); });
  ASSERT_FALSE(story.steps().empty());
  EXPECT_EQ(story.steps().rbegin()->event(), v1::SIGNAL_EVENT_SENT);
  EXPECT_EQ(story.steps().rbegin()->channel(), v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST);

  // Once more: the same bytes, and nothing new.
  const auto events = store_.events(v1::MODULE_FEEDBACK).size();
  EXPECT_EQ(fetch(id), bytes);
  EXPECT_EQ(prepare("l1").return_id(), id);
  EXPECT_EQ(of(id).state(), v1::RETURN_STATE_FETCHED);
  EXPECT_EQ(store_.events(v1::MODULE_FEEDBACK).size(), events);
}

TEST_F(ReturnsTest, APreviewLeavesEverythingAsItIs) {
  answer(1, "s1");
  put_half_yearly("l1", 20261001, {"s1", "s2"});
  const auto id = prepare("l1").return_id();
  auto shown = room_.returns().fetch(kTestOrg, {.return_id = id, .preview = true}, act_);
  ASSERT_TRUE(shown.ok());
  EXPECT_THAT(shown->file.bytes, HasSubstr("X-COUNTED"));
  EXPECT_EQ(of(id).state(), v1::RETURN_STATE_PREPARED);
  answer_is(1, v1::FEEDBACK_STATE_FOR_LIST);
}

TEST_F(ReturnsTest, AnIncompleteListGoesOnlyWhenAPersonSaysSo) {
  answer(1, "s1");
  put_half_yearly("l1", 20261001, {"s1", "s2"});
  const auto id = prepare("l1").return_id();
  EXPECT_EQ(fetch(id), "channels.return_incomplete");
  answer_is(1, v1::FEEDBACK_STATE_FOR_LIST);
  EXPECT_THAT(fetch(id, true), HasSubstr("s1;X-COUNTED"));
}

TEST_F(ReturnsTest, RowsThatNobodyCouldReadMakeItIncomplete) {
  answer(1, "s1");
  auto made = list("l1", v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST, 20261001, clock_.now_ms());
  made.set_bad_rows(2);
  put(made, {"s1"});
  const auto its = prepare("l1");
  EXPECT_EQ(its.unreadable_rows(), 2);
  EXPECT_EQ(fetch(its.return_id()), "channels.return_incomplete");
}

TEST_F(ReturnsTest, AListWithoutAnyAnswerDoesNotGoBack) {
  put_half_yearly("l1", 20261001, {"s1"});
  EXPECT_EQ(fetch(prepare("l1").return_id(), true), "channels.nothing_to_return");
}

TEST_F(ReturnsTest, WhatChangedSinceThePreparationStopsTheReturn) {
  answer(1, "s1");
  answer(2, "s2");
  put_half_yearly("l1", 20261001, {"s1", "s2"});
  const auto id = prepare("l1").return_id();
  set(v1::CHANNEL_MODE_ELECTRONIC);
  EXPECT_EQ(fetch(id), "channels.return_changed");
  for (const int number : {1, 2}) answer_is(number, v1::FEEDBACK_STATE_QUEUED);
  EXPECT_EQ(of(id).state(), v1::RETURN_STATE_PREPARED);
  EXPECT_EQ(prepare("l1").filled(), 0);
}

TEST_F(ReturnsTest, WhatNeverWentWaitsAgainAndMayBePreparedAnew) {
  answer(1, "s1");
  put_half_yearly("l1", 20261001, {"s1", "s2"});
  const auto id = prepare("l1").return_id();
  fetch(id, true);
  EXPECT_EQ(confirm(id, v1::RETURN_OUTCOME_NEVER_WENT).state(), v1::RETURN_STATE_PREPARED);
  answer_is(1, v1::FEEDBACK_STATE_FOR_LIST);
  EXPECT_EQ(item(1).list_return_id(), "");
  answer(2, "s2");
  EXPECT_EQ(prepare("l1").filled(), 2);
  EXPECT_EQ(prepare("l1").return_id(), id);
}

TEST_F(ReturnsTest, WhatNeverWentGoesByWireWhenTheListsWereLeftMeanwhile) {
  answer(1, "s1");
  put_half_yearly("l1", 20261001, {"s1"});
  const auto id = prepare("l1").return_id();
  fetch(id);
  set(v1::CHANNEL_MODE_ELECTRONIC);
  confirm(id, v1::RETURN_OUTCOME_NEVER_WENT);
  answer_is(1, v1::FEEDBACK_STATE_QUEUED);
  EXPECT_EQ(tasks(feedback::kSendTask), 1);
}

TEST_F(ReturnsTest, APersonConfirmsTheUpload) {
  answer(1, "s1");
  put_half_yearly("l1", 20261001, {"s1"});
  const auto id = prepare("l1").return_id();
  EXPECT_EQ(
      room_.returns().confirm(kTestOrg, id, v1::RETURN_OUTCOME_ARRIVED, {}, act_).error().code,
      "channels.return_state");
  fetch(id);
  const auto its = confirm(id, v1::RETURN_OUTCOME_ARRIVED);
  EXPECT_EQ(its.state(), v1::RETURN_STATE_CONFIRMED);
  EXPECT_EQ(its.confirmed_by().id(), "u1");
  EXPECT_EQ(domain::date_number(its.arrived_on()),
            domain::date_number(domain::date_of_ms(clock_.now_ms())));
}

TEST_F(ReturnsTest, WhatTheNextListDoesNotNameIsAcceptedAndTheRestIsAskedAgain) {
  answer(1, "s1");
  answer(2, "s2");
  put_half_yearly("l1", 20261001, {"s1", "s2"});
  const auto id = prepare("l1").return_id();
  fetch(id);
  confirm(id, v1::RETURN_OUTCOME_ARRIVED);
  ASSERT_TRUE(room_.returns().settle(kTestOrg).ok());
  EXPECT_EQ(of(id).state(), v1::RETURN_STATE_CONFIRMED) << "no later list came yet";

  clock_.advance(150 * kDayMs);
  put_half_yearly("l2", 20270301, {"s2", "s3"});
  ASSERT_TRUE(room_.returns().settle(kTestOrg).ok());
  const auto its = of(id);
  EXPECT_EQ(its.state(), v1::RETURN_STATE_NAMED_AGAIN);
  EXPECT_EQ(its.named_again(), 1);
  EXPECT_EQ(its.settling_list_id(), "l2");
  answer_is(1, v1::FEEDBACK_STATE_ACCEPTED);
  EXPECT_EQ(signal_state("s1"), v1::SIGNAL_STATE_CLOSED);
  // Asked again: the same answer goes back on that list.
  answer_is(2, v1::FEEDBACK_STATE_FOR_LIST);
  EXPECT_EQ(prepare("l2").filled(), 1);

  const auto events = store_.events(v1::MODULE_FEEDBACK).size();
  ASSERT_TRUE(room_.returns().settle(kTestOrg).ok());
  EXPECT_EQ(store_.events(v1::MODULE_FEEDBACK).size(), events) << "settled once";
}

TEST_F(ReturnsTest, AListOfWhichNotAllCouldBeReadSettlesNothing) {
  answer(1, "s1");
  put_half_yearly("l1", 20261001, {"s1"});
  const auto id = prepare("l1").return_id();
  fetch(id);
  clock_.advance(150 * kDayMs);
  auto next = list("l2", v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST, 20270301, clock_.now_ms());
  next.set_bad_rows(1);
  put(next, {"s3"});
  ASSERT_TRUE(room_.returns().settle(kTestOrg).ok());
  EXPECT_EQ(of(id).state(), v1::RETURN_STATE_FETCHED);
  next.set_bad_rows(0);
  put(next, {"s3"});
  ASSERT_TRUE(room_.returns().settle(kTestOrg).ok());
  EXPECT_EQ(of(id).state(), v1::RETURN_STATE_SETTLED);
  answer_is(1, v1::FEEDBACK_STATE_ACCEPTED);
}

TEST_F(ReturnsTest, AnAnswerIsFoundWithTheRecordThatStandsForTheSignal) {
  answer(1, "s1");
  auto old = signal("old", {}, 20261005, "93051822361");
  old.set_state(v1::SIGNAL_STATE_SUPERSEDED);
  old.mutable_supersession()->set_signal_id("s1");
  put(old);
  put_half_yearly("l1", 20261001, {"old"});
  const auto its = prepare("l1");
  EXPECT_EQ(its.filled(), 1);
  EXPECT_EQ(rows(its.return_id())[0].signal_id(), "s1");
}

TEST_F(ReturnsTest, ListsForWhichNothingWasPreparedAreNamed) {
  put_half_yearly("l1", 20261001, {"s1"});
  put_half_yearly("l2", 20270301, {"s1"});
  prepare("l1");
  const auto waiting = room_.returns().unreturned(kTestOrg);
  ASSERT_TRUE(waiting.ok());
  ASSERT_EQ(waiting->size(), 1U);
  EXPECT_EQ(waiting->front().list_id(), "l2");
}

TEST_F(ReturnsTest, OnlyAMessageThatTakesRepliesIsRepliedTo) {
  answer(1, "s1");
  put_message("m1", false);
  put_half_yearly("l1", 20261001, {"s1"}, "m1");
  const auto its = prepare("l1");
  EXPECT_EQ(its.way(), v1::RETURN_WAY_FILE);
  EXPECT_EQ(room_.returns().send(kTestOrg, its.return_id(), false, act_).error().code,
            "channels.no_reply");
  put_message("m1", true, "no-cbe-number");
  EXPECT_EQ(prepare("l1").way(), v1::RETURN_WAY_FILE);
  put_message("m1", true);
  EXPECT_EQ(prepare("l1").way(), v1::RETURN_WAY_REPLY);
}

TEST_F(ReturnsTest, ToBeSentItIsQueuedOnceAndCannotBeFetchedAsAFileAsWell) {
  answer(1, "s1");
  put_message("m1", true);
  put_half_yearly("l1", 20261001, {"s1"}, "m1");
  const auto id = prepare("l1").return_id();
  for (int i = 0; i < 2; ++i) {
    auto sent = room_.returns().send(kTestOrg, id, false, act_);
    ASSERT_TRUE(sent.ok());
    EXPECT_EQ(sent->state(), v1::RETURN_STATE_QUEUED);
  }
  EXPECT_EQ(tasks(kReturnTask), 1);
  answer_is(1, v1::FEEDBACK_STATE_RETURNED);
  EXPECT_EQ(fetch(id), "channels.return_leaves");
  EXPECT_EQ(confirm(id, v1::RETURN_OUTCOME_NEVER_WENT).state(), v1::RETURN_STATE_PREPARED);
  answer_is(1, v1::FEEDBACK_STATE_FOR_LIST);
}

TEST_F(ReturnsTest, AReturnThatBreaksOffWhileLeavingNeverLeft) {
  answer(1, "s1");
  answer(2, "s2");
  put_half_yearly("l1", 20261001, {"s1", "s2"});
  const auto id = prepare("l1").return_id();
  const auto broken = store_->write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto its = load_return(tx, kTestOrg, id);
    EXPECT_TRUE(take_along(tx, kTestOrg, *its, act_, clock_.now_ms()).ok());
    EXPECT_TRUE(move_return(tx, kTestOrg, *its, ReturnStep::fetch, act_).ok());
    return Error{.kind = ErrorKind::unavailable, .code = "test.killed", .message = "killed"};
  });
  EXPECT_FALSE(broken.ok());
  for (const int number : {1, 2}) answer_is(number, v1::FEEDBACK_STATE_FOR_LIST);
  EXPECT_EQ(of(id).state(), v1::RETURN_STATE_PREPARED);
}

TEST_F(ReturnsTest, AfterARestoreWhatWasAboutToBeSentIsInDoubt) {
  answer(1, "s1");
  put_message("m1", true);
  put_half_yearly("l1", 20261001, {"s1"}, "m1");
  const auto id = prepare("l1").return_id();
  ASSERT_TRUE(room_.returns().send(kTestOrg, id, false, act_).ok());
  store_.write([&](store::Transaction& tx) -> Result<void> {
    auto doubted = doubt_returns(tx, kTestOrg);
    EXPECT_EQ(*doubted, 1);
    return {};
  });
  EXPECT_EQ(of(id).state(), v1::RETURN_STATE_OUTCOME_UNKNOWN);
}

}  // namespace
}  // namespace semafoor::changeover
