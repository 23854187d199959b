// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>

#include "gateway/domain/signal_identity.h"
#include "gateway/duties/fake_podmi.h"
#include "gateway/duties/test_store.h"
#include "gateway/feedback/feedback.h"
#include "gateway/history/history.h"

namespace semafoor::feedback {
namespace {

using duties::FakePodmi;
using duties::kTestOrg;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using upstream::SendOutcome;
using upstream::SendReceipt;

constexpr char kId[] = "0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3d";

Error refusal(int status, bool retryable) {
  return Error{.kind = retryable ? ErrorKind::unavailable : ErrorKind::invalid_argument,
               .code = "upstream.refused",
               .message = "Sending an answer: refused.",
               .retryable = retryable,
               .upstream_status = status};
}

class OutboxTest : public ::testing::Test {
 protected:
  OutboxTest() {
    store_.add_organisation();
    v1::Signal signal;
    signal.set_signal_id("s1");
    signal.set_signal_reference("KN0000000001");
    signal.mutable_organisation()->set_value(kTestOrg);
    signal.set_state(v1::SIGNAL_STATE_RECEIVED);
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
    });
  }
  ~OutboxTest() override { stop(); }

  void submit(const std::string& client_id = kId) {
    Feedback feedback(*store_, codes_, [this] { return clock_.now_ms(); });
    v1::FeedbackDraft draft;
    draft.set_client_id(client_id);
    draft.set_signal_id("s1");
    draft.set_code("X-COUNTED");
    const auto submitted = feedback.submit(kTestOrg, {draft}, {}, {});
    ASSERT_TRUE(submitted.ok());
    ASSERT_TRUE(submitted->results[0].has_feedback()) << submitted->results[0].problem().code();
  }
  // What a gateway leaves that died after it had committed that it was about to send.
  void left_in(v1::FeedbackState state) {
    auto left = item();
    left.set_state(state);
    left.set_attempts(1);
    store_.write([&](store::Transaction& tx) -> Result<void> {
      auto hash = tx.feedback_content_hash(kTestOrg, kId);
      return tx.put_feedback(kTestOrg, **hash, left, "");
    });
  }
  void start() {
    outbox_ = std::make_unique<Outbox>(
        *store_,
        [this](const store::Org&) {
          return Result<std::shared_ptr<upstream::PodmiClient>>(podmi_);
        },
        codes_, clock_, options_,
        [this](const store::Org&) {
          ++told_sent_;
          if (when_told_) when_told_();
        },
        [] { return 1.0; });
    outbox_->start();
  }
  void stop() { outbox_.reset(); }
  v1::FeedbackItem item() {
    return *store_.ask<std::optional<v1::FeedbackItem>>(
        [](store::Reader& reader) { return reader.feedback(kTestOrg, kId); });
  }
  v1::SignalState signal_state() {
    return (*store_.ask<std::optional<v1::Signal>>(
                [](store::Reader& reader) { return reader.signal(kTestOrg, "s1"); }))
        .state();
  }
  std::vector<v1::SignalEvent> steps() {
    const auto history = store_.ask<v1::SignalHistory>(
        [](store::Reader& reader) { return history::of(reader, kTestOrg, "s1"); });
    std::vector<v1::SignalEvent> events;
    for (const auto& step : history.steps()) events.push_back(step.event());
    return events;
  }
  bool reaches(v1::FeedbackState state) {
    return store_.wait_until([&] { return item().state() == state; });
  }
  // Lets time pass until the state is reached: retries wait for the clock.
  bool reaches_in_time(v1::FeedbackState state) {
    return store_.wait_until([&] {
      clock_.advance(1'000);
      return item().state() == state;
    });
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  CodeList codes_ = *CodeList::load();
  std::shared_ptr<FakePodmi> podmi_ = std::make_shared<FakePodmi>();
  OutboxOptions options_;
  std::atomic<int> told_sent_{0};
  std::function<void()> when_told_;
  std::unique_ptr<Outbox> outbox_;
};

TEST_F(OutboxTest, AnAnswerGoesOutOnceAndIsSent) {
  submit();
  start();
  ASSERT_TRUE(reaches(v1::FEEDBACK_STATE_SENT));
  stop();
  EXPECT_THAT(podmi_->sent(), ElementsAre(kId));
  EXPECT_EQ(item().attempts(), 1);
  EXPECT_EQ(told_sent_, 1);
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK),
              ElementsAre("feedback.queued", "feedback.sent"));
  EXPECT_TRUE(store_.duty(kOutboxDuty).has_last_success());
  EXPECT_THAT(steps(), ElementsAre(v1::SIGNAL_EVENT_ANSWERED, v1::SIGNAL_EVENT_SENT));
}

TEST_F(OutboxTest, ItGoesUnderTheReferenceThatItsSignalHadWhenItWasGiven) {
  submit();
  auto signal = *store_.ask<std::optional<v1::Signal>>(
      [](store::Reader& reader) { return reader.signal(kTestOrg, "s1"); });
  // The signal was united with another record meanwhile, under another number of the person.
  signal.set_signal_reference("KN9999999999");
  store_.write([&](store::Transaction& tx) {
    return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
  });
  start();
  ASSERT_TRUE(reaches(v1::FEEDBACK_STATE_SENT));
  EXPECT_THAT(podmi_->references(), ElementsAre("KN0000000001"));
}

TEST_F(OutboxTest, ItEndsAfterWhomItTells) {
  std::promise<void> told;
  std::promise<void> go_on;
  when_told_ = [&] {
    told.set_value();
    go_on.get_future().wait();
  };
  submit();
  start();
  told.get_future().wait();
  auto stopped = std::async(std::launch::async, [this] { stop(); });
  EXPECT_EQ(stopped.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  go_on.set_value();
  stopped.get();
}

TEST_F(OutboxTest, SendingIsCommittedBeforeTheUpstreamHearsOfIt) {
  submit();
  std::atomic<int> state_at_send{0};
  podmi_->on_send = [&](const v1::FeedbackItem&, std::stop_token) -> Result<SendReceipt> {
    state_at_send = item().state();
    return SendReceipt(SendOutcome::received);
  };
  start();
  ASSERT_TRUE(reaches(v1::FEEDBACK_STATE_SENT));
  EXPECT_EQ(state_at_send, v1::FEEDBACK_STATE_SENDING);
}

TEST_F(OutboxTest, AJudgementThatComesAtOnceIsTheEnd) {
  submit();
  podmi_->on_send = [](const v1::FeedbackItem& item, std::stop_token) -> Result<SendReceipt> {
    SendReceipt receipt(SendOutcome::received);
    receipt.result =
        FakePodmi::Judgement{"", v1::FEEDBACK_STATE_ACCEPTED, "REF1", {}, item.client_reference()};
    return receipt;
  };
  start();
  ASSERT_TRUE(reaches(v1::FEEDBACK_STATE_ACCEPTED));
  EXPECT_EQ(item().authority_reference(), "REF1");
  EXPECT_EQ(item().sent_at().unix_ms(), clock_.now_ms());
  EXPECT_THAT(podmi_->sent(), ElementsAre(kId));
  EXPECT_THAT(steps(), ElementsAre(v1::SIGNAL_EVENT_ANSWERED, v1::SIGNAL_EVENT_SENT,
                                   v1::SIGNAL_EVENT_ACCEPTED));
}

TEST_F(OutboxTest, AnAnswerSubmittedWhileItRunsGoesOutAtOnce) {
  start();
  submit();
  EXPECT_TRUE(reaches(v1::FEEDBACK_STATE_SENT));
}

TEST_F(OutboxTest, ALostReceiptIsLookedUpUnderTheSameIdAndNotSentAgain) {
  submit();
  podmi_->on_send = [](const v1::FeedbackItem&, std::stop_token) -> Result<SendReceipt> {
    return SendReceipt(SendOutcome::unknown);
  };
  podmi_->on_lookup = [](const std::string& id) -> Result<std::optional<FakePodmi::Judgement>> {
    return std::optional(FakePodmi::Judgement{id, v1::FEEDBACK_STATE_SENT, "", {}});
  };
  start();
  ASSERT_TRUE(reaches(v1::FEEDBACK_STATE_OUTCOME_UNKNOWN));
  EXPECT_THAT(item().last_problem(), HasSubstr("looked up"));
  ASSERT_TRUE(reaches_in_time(v1::FEEDBACK_STATE_SENT));
  EXPECT_THAT(podmi_->sent(), ElementsAre(kId));
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK),
              ElementsAre("feedback.queued", "feedback.unknown", "feedback.sent"));
}

TEST_F(OutboxTest, WhatTheUpstreamDoesNotKnowIsSentAgainUnderTheSameIdAndCounted) {
  submit();
  std::atomic<int> sends{0};
  podmi_->on_send = [&](const v1::FeedbackItem&, std::stop_token) -> Result<SendReceipt> {
    return SendReceipt(++sends == 1 ? SendOutcome::unknown : SendOutcome::received);
  };
  start();
  ASSERT_TRUE(reaches_in_time(v1::FEEDBACK_STATE_SENT));
  EXPECT_THAT(podmi_->sent(), ElementsAre(kId, kId));
  EXPECT_EQ(item().attempts(), 2);
}

TEST_F(OutboxTest, ALookUpMayFindTheJudgementItself) {
  submit();
  left_in(v1::FEEDBACK_STATE_OUTCOME_UNKNOWN);
  podmi_->on_lookup = [](const std::string&) -> Result<std::optional<FakePodmi::Judgement>> {
    return std::optional(FakePodmi::Judgement{"", v1::FEEDBACK_STATE_ACCEPTED, "AUTH000001", {}});
  };
  start();
  ASSERT_TRUE(reaches(v1::FEEDBACK_STATE_ACCEPTED));
  EXPECT_EQ(item().authority_reference(), "AUTH000001");
  EXPECT_EQ(signal_state(), v1::SIGNAL_STATE_CLOSED);
  EXPECT_THAT(podmi_->sent(), IsEmpty());
}

TEST_F(OutboxTest, SendingFoundAtStartIsLookedUpBeforeAnythingIsSent) {
  submit();
  left_in(v1::FEEDBACK_STATE_SENDING);
  store_.reopen();
  podmi_->on_lookup = [](const std::string& id) -> Result<std::optional<FakePodmi::Judgement>> {
    return std::optional(FakePodmi::Judgement{id, v1::FEEDBACK_STATE_SENT, "", {}});
  };
  start();
  ASSERT_TRUE(reaches(v1::FEEDBACK_STATE_SENT));
  EXPECT_EQ(podmi_->lookups(), 1);
  EXPECT_THAT(podmi_->sent(), IsEmpty());
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK),
              ElementsAre("feedback.queued", "feedback.unknown", "feedback.sent"))
      << "the doubt was shown";
}

TEST_F(OutboxTest, SendingFoundAtStartAndUnknownUpstreamIsSentUnderItsOwnId) {
  submit();
  left_in(v1::FEEDBACK_STATE_SENDING);
  store_.reopen();
  start();
  ASSERT_TRUE(reaches(v1::FEEDBACK_STATE_SENT));
  EXPECT_EQ(podmi_->lookups(), 1);
  EXPECT_THAT(podmi_->sent(), ElementsAre(kId));
  EXPECT_EQ(item().attempts(), 2);
}

TEST_F(OutboxTest, AnUnknownOutcomeThatCannotBeLookedUpStaysUnknown) {
  submit();
  left_in(v1::FEEDBACK_STATE_SENDING);
  podmi_->on_lookup = [](const std::string&) -> Result<std::optional<FakePodmi::Judgement>> {
    return refusal(503, true);
  };
  start();
  ASSERT_TRUE(
      store_.wait_until([&] { return item().last_problem().find("503") != std::string::npos; }));
  EXPECT_EQ(item().state(), v1::FEEDBACK_STATE_OUTCOME_UNKNOWN);
  EXPECT_THAT(podmi_->sent(), IsEmpty());
}

TEST_F(OutboxTest, ATryWithoutEffectIsRepeatedAfterWhatTheUpstreamAsked) {
  submit();
  std::atomic<int> sends{0};
  podmi_->on_send = [&](const v1::FeedbackItem&, std::stop_token) -> Result<SendReceipt> {
    if (++sends > 1) return SendReceipt(SendOutcome::received);
    auto busy = refusal(429, true);
    busy.retry_after_ms = 30'000;
    return busy;
  };
  start();
  ASSERT_TRUE(store_.wait_until([&] { return !item().last_problem().empty(); }));
  EXPECT_EQ(item().state(), v1::FEEDBACK_STATE_QUEUED);
  EXPECT_THAT(item().last_problem(), HasSubstr("429"));
  EXPECT_THAT(store_.duty(kOutboxDuty).problem(), HasSubstr("429"));
  const auto asked_at = clock_.now_ms();
  ASSERT_TRUE(reaches_in_time(v1::FEEDBACK_STATE_SENT));
  EXPECT_GE(clock_.now_ms() - asked_at, 30'000);
  EXPECT_EQ(podmi_->lookups(), 0);
  EXPECT_THAT(item().last_problem(), IsEmpty());
}

TEST_F(OutboxTest, ARefusalThatNoRetryMendsIsADeadLetterAndFreesTheSignal) {
  submit();
  podmi_->on_send = [](const v1::FeedbackItem&, std::stop_token) -> Result<SendReceipt> {
    return refusal(400, false);
  };
  start();
  ASSERT_TRUE(reaches(v1::FEEDBACK_STATE_DEAD_LETTER));
  EXPECT_EQ(signal_state(), v1::SIGNAL_STATE_ANSWER_REFUSED);
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK),
              ElementsAre("feedback.queued", "feedback.dead_letter"));
  EXPECT_THAT(steps(), ElementsAre(v1::SIGNAL_EVENT_ANSWERED, v1::SIGNAL_EVENT_WITHDRAWN));
  submit("0190b6f0-7c1e-7d3a-8a52-6c9a4f1e2b3e");
}

TEST_F(OutboxTest, MissingRightsWaitForTheAdministrator) {
  submit();
  podmi_->on_send = [](const v1::FeedbackItem&, std::stop_token) -> Result<SendReceipt> {
    auto error = refusal(403, false);
    error.kind = ErrorKind::permission_denied;
    return error;
  };
  start();
  ASSERT_TRUE(store_.wait_until([&] { return !item().last_problem().empty(); }));
  EXPECT_EQ(item().state(), v1::FEEDBACK_STATE_QUEUED);
}

TEST_F(OutboxTest, TooManyTriesAreADeadLetter) {
  options_.max_attempts = 3;
  submit();
  podmi_->on_send = [](const v1::FeedbackItem&, std::stop_token) -> Result<SendReceipt> {
    return refusal(503, true);
  };
  start();
  ASSERT_TRUE(reaches_in_time(v1::FEEDBACK_STATE_DEAD_LETTER));
  EXPECT_EQ(item().attempts(), 3);
}

TEST_F(OutboxTest, WhatWasNeverJudgedIsNeverGivenUp) {
  options_.max_attempts = 2;
  submit();
  int tries = 0;
  podmi_->on_send = [&](const v1::FeedbackItem&, std::stop_token) -> Result<SendReceipt> {
    // Away, without a right, and behind some other server's page, far more often than may be tried.
    if (++tries > 9) return SendReceipt(SendOutcome::received);
    if (tries % 3 == 0) return refusal(0, true);
    auto error = refusal(tries % 3 == 1 ? 403 : 401, false);
    error.kind = tries % 3 == 1 ? ErrorKind::permission_denied : ErrorKind::unauthenticated;
    return error;
  };
  start();
  ASSERT_TRUE(reaches_in_time(v1::FEEDBACK_STATE_SENT));
  EXPECT_EQ(tries, 10);
}

TEST_F(OutboxTest, AJudgementThatOvertakesTheReceiptStands) {
  submit();
  podmi_->on_send = [&](const v1::FeedbackItem&, std::stop_token) -> Result<SendReceipt> {
    store_.write([&](store::Transaction& tx) {
      return apply_result(tx, kTestOrg, codes_, {kId, v1::FEEDBACK_STATE_REFUSED, "", {}}, 0);
    });
    return SendReceipt(SendOutcome::received);
  };
  start();
  ASSERT_TRUE(store_.wait_until([&] { return told_sent_ == 1; }));
  EXPECT_EQ(item().state(), v1::FEEDBACK_STATE_REFUSED);
}

TEST_F(OutboxTest, StoppingCutsASendShortAndTheNextStartLooksItUp) {
  submit();
  std::mutex mutex;
  std::condition_variable_any bell;
  std::atomic<bool> sending{false};
  podmi_->on_send = [&](const v1::FeedbackItem&, std::stop_token stop) -> Result<SendReceipt> {
    std::unique_lock lock(mutex);
    sending = true;
    bell.wait(lock, stop, [] { return false; });
    return Error{.kind = ErrorKind::cancelled, .code = "upstream.cancelled", .message = "stopped"};
  };
  start();
  ASSERT_TRUE(store_.wait_until([&] { return sending.load(); }));
  const auto before = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
  EXPECT_EQ(item().state(), v1::FEEDBACK_STATE_SENDING) << "it may have arrived";
  podmi_->on_send = nullptr;
  store_.reopen();
  start();
  ASSERT_TRUE(reaches(v1::FEEDBACK_STATE_SENT));
  EXPECT_EQ(podmi_->lookups(), 1);
}

}  // namespace
}  // namespace semafoor::feedback
