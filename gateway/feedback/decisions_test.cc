// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/domain/signal_identity.h"
#include "gateway/duties/test_store.h"
#include "gateway/feedback/answer_writer.h"
#include "gateway/feedback/feedback.h"
#include "gateway/feedback/outbox.h"

namespace semafoor::feedback {
namespace {

using duties::kTestOrg;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kId[] = "0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3d";
constexpr char kOther[] = "0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3e";

class DecisionsTest : public ::testing::Test {
 protected:
  DecisionsTest() {
    store_.add_organisation();
    v1::Signal signal;
    signal.set_signal_id("s1");
    signal.set_signal_reference("KN0000000001");
    signal.mutable_organisation()->set_value(kTestOrg);
    signal.set_state(v1::SIGNAL_STATE_RECEIVED);
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
    });
    submit(kId);
  }

  void submit(const std::string& client_id) {
    Feedback feedback(*store_, codes_, [this] { return clock_.now_ms(); });
    v1::FeedbackDraft draft;
    draft.set_client_id(client_id);
    draft.set_signal_id("s1");
    draft.set_code("X-COUNTED");
    const auto submitted = feedback.submit(kTestOrg, {draft}, {}, {});
    ASSERT_TRUE(submitted.ok());
    ASSERT_TRUE(submitted->results[0].has_feedback()) << submitted->results[0].problem().code();
  }
  // By the allowed steps only.
  void bring_to(std::initializer_list<AnswerStep> steps) {
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto item = load_answer(tx, kTestOrg, kId);
      for (const auto step : steps) {
        item->set_attempts(7);
        if (auto moved = move_answer(tx, kTestOrg, *item, step); !moved) return moved;
      }
      return {};
    });
  }
  // As the outbox does when it gives up: the task is gone and the signal waits.
  void give_up() {
    claim_all();
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto item = load_answer(tx, kTestOrg, kId);
      item->set_attempts(7);
      if (auto moved = move_answer(tx, kTestOrg, *item, AnswerStep::give_up); !moved) return moved;
      auto signal = tx.signal(kTestOrg, "s1");
      (*signal)->set_state(v1::SIGNAL_STATE_ANSWER_REFUSED);
      return tx.put_signal(kTestOrg, domain::signal_key(**signal), **signal, "");
    });
  }
  // The keys of the tasks that were due, which end.
  std::vector<std::string> claim_all() {
    std::vector<std::string> keys;
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto tasks = tx.claim({kSendTask}, "test", 30'000, 10);
      for (const auto& task : *tasks) {
        keys.push_back(task.key);
        if (auto done = tx.complete(task); !done) return done;
      }
      return {};
    });
    return keys;
  }

  using Decide = Result<v1::FeedbackItem> (*)(store::Transaction&, const store::Org&,
                                              const std::string&, const Decision&);
  Result<v1::FeedbackItem> decide(Decide act, const std::string& client_id = kId) {
    Result<v1::FeedbackItem> result = Error{};
    (void)store_->write_and_wait([&](store::Transaction& tx) -> Result<void> {
      result = act(tx, kTestOrg, client_id, {"uid 0", "the authority was closed", 77});
      return result ? Result<void>() : result.error();
    });
    return result;
  }
  v1::FeedbackItem item() {
    return *store_.ask<std::optional<v1::FeedbackItem>>(
        [](store::Reader& reader) { return reader.feedback(kTestOrg, kId); });
  }
  v1::SignalState signal_state() {
    return (*store_.ask<std::optional<v1::Signal>>(
                [](store::Reader& reader) { return reader.signal(kTestOrg, "s1"); }))
        .state();
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  CodeList codes_ = *CodeList::load();
};

TEST_F(DecisionsTest, AReplayedDeadLetterIsQueuedUnderItsClientIdAndSaysWhoAndWhy) {
  give_up();
  ASSERT_TRUE(decide(replay).ok());
  const auto now = item();
  EXPECT_EQ(now.state(), v1::FEEDBACK_STATE_QUEUED);
  EXPECT_EQ(now.attempts(), 0) << "counted anew";
  ASSERT_THAT(now.decisions(), SizeIs(1));
  EXPECT_EQ(now.decisions(0).action(), "replay");
  EXPECT_EQ(now.decisions(0).decided_by(), "uid 0");
  EXPECT_EQ(now.decisions(0).reason(), "the authority was closed");
  EXPECT_EQ(now.decisions(0).time().unix_ms(), 77);
  EXPECT_EQ(signal_state(), v1::SIGNAL_STATE_ANSWERED);
  EXPECT_THAT(claim_all(), ::testing::ElementsAre(kId));
}

TEST_F(DecisionsTest, ADeadLetterThatAnotherAnswerReplacedIsNotReplayed) {
  give_up();
  submit(kOther);
  const auto refused = decide(replay);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "feedback.superseded");
  EXPECT_EQ(item().state(), v1::FEEDBACK_STATE_DEAD_LETTER);
  EXPECT_THAT(item().decisions(), IsEmpty());
  EXPECT_TRUE(decide(discard).ok());
}

TEST_F(DecisionsTest, OneThatWaitsIsTriedAtOnce) {
  store_.write([&](store::Transaction& tx) -> Result<void> {
    auto tasks = tx.claim({kSendTask}, "test", 30'000, 10);
    return tx.retry(tasks->at(0), clock_.now_ms() + 900'000, "later");
  });
  EXPECT_THAT(claim_all(), IsEmpty());
  ASSERT_TRUE(decide(replay).ok());
  EXPECT_EQ(item().state(), v1::FEEDBACK_STATE_QUEUED);
  EXPECT_THAT(claim_all(), ::testing::ElementsAre(kId));
}

TEST_F(DecisionsTest, ADiscardedAnswerFreesItsSignal) {
  ASSERT_TRUE(decide(discard).ok());
  EXPECT_EQ(item().state(), v1::FEEDBACK_STATE_DISCARDED);
  EXPECT_EQ(signal_state(), v1::SIGNAL_STATE_ANSWER_REFUSED);
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK),
              ::testing::ElementsAre("feedback.queued", "feedback.discarded"));
  submit(kOther);
  EXPECT_EQ(decide(replay).error().code, "feedback.discarded");
  EXPECT_EQ(decide(discard).error().code, "feedback.discarded");
}

TEST_F(DecisionsTest, WhatMayHaveArrivedIsNotDiscarded) {
  bring_to({AnswerStep::send, AnswerStep::unknown});
  EXPECT_EQ(decide(discard).error().code, "feedback.outcome_unknown");
  EXPECT_TRUE(decide(replay).ok()) << "looked up now";
  EXPECT_EQ(item().state(), v1::FEEDBACK_STATE_OUTCOME_UNKNOWN);
}

TEST_F(DecisionsTest, WhatTheAuthorityHasIsBeyondDeciding) {
  bring_to({AnswerStep::send, AnswerStep::received});
  EXPECT_EQ(decide(replay).error().code, "feedback.already_sent");
  EXPECT_EQ(decide(discard).error().code, "feedback.already_sent");
  bring_to({AnswerStep::accepted});
  EXPECT_EQ(decide(replay).error().code, "feedback.already_decided");
  EXPECT_EQ(decide(discard).error().code, "feedback.already_decided");
  EXPECT_EQ(decide(discard, kOther).error().code, "feedback.unknown_client_id");
}

}  // namespace
}  // namespace semafoor::feedback
