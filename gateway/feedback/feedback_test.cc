// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/feedback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/codes/codes.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/duties/test_store.h"
#include "gateway/feedback/outbox.h"
#include "gateway/history/history.h"

namespace semafoor::feedback {
namespace {

using duties::kTestOrg;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string client_id(int number) {
  std::string text = std::to_string(number);
  return "0190b6f0-7c1e-7d3a-8a52-" + std::string(12 - text.size(), '0') + text;
}

v1::FeedbackDraft draft(int number, const std::string& signal,
                        const std::string& code = "X-COUNTED") {
  v1::FeedbackDraft result;
  result.set_client_id(client_id(number));
  result.set_signal_id(signal);
  result.set_code(code);
  return result;
}

class FeedbackTest : public ::testing::Test {
 protected:
  FeedbackTest() {
    store_.add_organisation();
    for (const auto* id : {"s1", "s2"}) {
      v1::Signal signal;
      signal.set_signal_id(id);
      signal.set_signal_reference(id);
      signal.mutable_organisation()->set_value(kTestOrg);
      signal.set_law(v1::LAW_RMI);
      signal.set_dossier_number(id);
      signal.set_signal_type("X-PENSION");
      signal.set_state(v1::SIGNAL_STATE_RECEIVED);
      store_.write([&](store::Transaction& tx) {
        return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
      });
    }
    actor_.set_id("u1");
  }

  v1::SubmitFeedbackResult submit(const v1::FeedbackDraft& one) {
    auto submission = feedback_.submit(kTestOrg, {one}, actor_, act_);
    EXPECT_TRUE(submission.ok());
    return submission->results.at(0);
  }
  std::string refused(const v1::FeedbackDraft& one) { return submit(one).problem().code(); }
  void judge(const v1::FeedbackDraft& one, v1::FeedbackState state) {
    store_.write([&](store::Transaction& tx) {
      return apply_result(tx, kTestOrg, codes_, {one.client_id(), state, "AUTH000001", {}},
                          clock_.now_ms());
    });
  }
  v1::Signal signal(const std::string& id) {
    return *store_.ask<std::optional<v1::Signal>>(
        [&](store::Reader& reader) { return reader.signal(kTestOrg, id); });
  }

  // `id` turns out to be the same signal as `by`, which stands for both from now on.
  void unite(const std::string& id, const std::string& by) {
    auto former = signal(id);
    former.set_state(v1::SIGNAL_STATE_SUPERSEDED);
    former.mutable_supersession()->set_signal_id(by);
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(former), former, "signal.changed");
    });
  }
  std::vector<v1::SignalEvent> steps(const std::string& id) {
    const auto history = store_.ask<v1::SignalHistory>(
        [&](store::Reader& reader) { return history::of(reader, kTestOrg, id); });
    std::vector<v1::SignalEvent> events;
    for (const auto& step : history.steps()) events.push_back(step.event());
    return events;
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  CodeList codes_ = *CodeList::load();
  Feedback feedback_{*store_, codes_, [this] { return clock_.now_ms(); }};
  v1::Actor actor_;
  const domain::Act act_{.caller = {.kind = domain::Caller::Kind::process, .account = "uid 1000"},
                         .actor_id = "u1"};
};

TEST_F(FeedbackTest, AnAnswerIsStoredAndQueuedWithItsSignal) {
  const auto result = submit(draft(1, "s1"));
  EXPECT_EQ(result.feedback().state(), v1::FEEDBACK_STATE_QUEUED);
  EXPECT_EQ(result.feedback().submitted_by().id(), "u1");
  EXPECT_EQ(result.feedback().client_reference().size(), 15U);
  EXPECT_FALSE(result.repeated_submission());
  EXPECT_EQ(signal("s1").state(), v1::SIGNAL_STATE_ANSWERED);
  EXPECT_EQ(signal("s1").feedback_client_id(), client_id(1));
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK), ElementsAre("feedback.queued"));
  EXPECT_EQ(feedback_.get(kTestOrg, client_id(1))->code(), "X-COUNTED");
}

TEST_F(FeedbackTest, TheSameClientIdAndContentGivesTheStoredOutcome) {
  submit(draft(1, "s1"));
  judge(draft(1, "s1"), v1::FEEDBACK_STATE_ACCEPTED);
  const auto again = submit(draft(1, "s1"));
  EXPECT_TRUE(again.repeated_submission());
  EXPECT_EQ(again.feedback().state(), v1::FEEDBACK_STATE_ACCEPTED);
  auto upper = draft(1, "s1");
  upper.set_client_id("0190B6F0-7C1E-7D3A-8A52-000000000001");
  EXPECT_TRUE(submit(upper).repeated_submission());
}

TEST_F(FeedbackTest, ARepeatIsAnsweredEvenWhenItsCodeHasExpiredMeanwhile) {
  clock_.advance(-3LL * 365 * 86'400'000);  // in 2023 the old code was valid
  submit(draft(1, "s1", "X-OLD-2024"));
  clock_.advance(3LL * 365 * 86'400'000);
  EXPECT_TRUE(submit(draft(1, "s1", "X-OLD-2024")).repeated_submission());
}

TEST_F(FeedbackTest, TheSameClientIdWithOtherContentIsAConflictAndChangesNothing) {
  submit(draft(1, "s1"));
  const auto result = submit(draft(1, "s1", "X-EXEMPT"));
  EXPECT_EQ(result.problem().code(), "feedback.conflict");
  EXPECT_FALSE(result.has_feedback());
  EXPECT_EQ(feedback_.get(kTestOrg, client_id(1))->code(), "X-COUNTED");
}

TEST_F(FeedbackTest, ASecondAnswerWaitsForTheFateOfTheFirst) {
  submit(draft(1, "s1"));
  EXPECT_EQ(refused(draft(2, "s1")), "feedback.answer_pending");
  judge(draft(1, "s1"), v1::FEEDBACK_STATE_REFUSED);
  EXPECT_EQ(signal("s1").state(), v1::SIGNAL_STATE_ANSWER_REFUSED);
  EXPECT_TRUE(submit(draft(2, "s1")).has_feedback());
  EXPECT_EQ(signal("s1").feedback_client_id(), client_id(2));
}

TEST_F(FeedbackTest, AClosedSignalTakesNoAnswer) {
  submit(draft(1, "s1"));
  judge(draft(1, "s1"), v1::FEEDBACK_STATE_ACCEPTED);
  EXPECT_EQ(signal("s1").state(), v1::SIGNAL_STATE_CLOSED);
  EXPECT_EQ(refused(draft(2, "s1")), "feedback.signal_closed");
}

TEST_F(FeedbackTest, ACodeThatKeepsTheSignalOpenLetsAnotherAnswerFollow) {
  submit(draft(1, "s1", "X-PENDING"));
  judge(draft(1, "s1", "X-PENDING"), v1::FEEDBACK_STATE_ACCEPTED);
  EXPECT_EQ(signal("s1").state(), v1::SIGNAL_STATE_RECEIVED);
  EXPECT_TRUE(submit(draft(2, "s1")).has_feedback());
}

TEST_F(FeedbackTest, EachItemOfABatchSucceedsOrFailsAlone) {
  const auto submission =
      feedback_.submit(kTestOrg,
                       {draft(1, "s1"), draft(2, "s2", "X-NO-SUCH-CODE"), draft(3, "s1"),
                        draft(1, "s1"), draft(4, "nobody"), draft(5, "s2")},
                       actor_, act_);
  ASSERT_TRUE(submission.ok());
  const auto& results = submission->results;
  ASSERT_EQ(results.size(), 6U);
  EXPECT_TRUE(results[0].has_feedback());
  EXPECT_EQ(results[1].problem().code(), "feedback.code_unknown");
  EXPECT_EQ(results[1].problem().field(), "items[1].code");
  EXPECT_EQ(results[2].problem().code(), "feedback.answer_pending");
  EXPECT_TRUE(results[3].repeated_submission());
  EXPECT_EQ(results[4].problem().code(), "feedback.signal_unknown");
  EXPECT_TRUE(results[5].has_feedback());
}

TEST_F(FeedbackTest, ADraftIsCheckedAgainstTheCodeList) {
  EXPECT_EQ(refused(draft(1, "s1", "X-OLD-2024")), "feedback.code_expired");
  EXPECT_EQ(refused(draft(1, "s1", "X-RECOVERY")), "feedback.decision_reference_missing");
  EXPECT_EQ(refused(draft(1, "")), "feedback.signal_missing");
  auto anonymous = draft(1, "s1");
  anonymous.set_client_id("17");
  EXPECT_EQ(refused(anonymous), "feedback.client_id_invalid");
  auto wordy = draft(1, "s1");
  for (int i = 0; i < 256; ++i) wordy.mutable_remark()->append("é");
  EXPECT_FALSE(feedback_.validate(wordy, codes_)) << "256 characters, whatever their bytes";
  wordy.mutable_remark()->append("é");
  EXPECT_EQ(refused(wordy), "feedback.remark_too_long");
  auto referring = draft(1, "s1");
  referring.set_decision_reference(std::string(33, 'x'));
  EXPECT_EQ(refused(referring), "feedback.decision_reference_too_long");
  auto dated = draft(1, "s1");
  dated.mutable_decision_date()->set_year(2026);
  dated.mutable_decision_date()->set_month(2);
  dated.mutable_decision_date()->set_day(30);
  EXPECT_EQ(refused(dated), "feedback.decision_date_invalid");
}

TEST_F(FeedbackTest, WhatTheUpstreamJudgesItselfIsLetThrough) {
  EXPECT_TRUE(submit(draft(1, "s1", "X-REVISED")).has_feedback());
}

TEST_F(FeedbackTest, ACodeMayBeForSomeSignalsOnly) {
  const auto codes =
      CodeList::parse(R"({"schema":"semafoor.feedback-codes/1","version":"1","origin":"project",
      "codes":[{"code":"X-A","validFrom":"2020-01-01","text":{"nl":"a","fr":"b","de":"c"},
                "signalTypes":["X-CADASTRE"]},
               {"code":"X-B","validFrom":"2020-01-01","text":{"nl":"a","fr":"b","de":"c"}, "laws":["LAW1965"]},
               {"code":"X-C","validFrom":"2099-01-01","text":{"nl":"a","fr":"b","de":"c"}}]})",
                      "test");
  Feedback strict(*store_, *codes, [this] { return clock_.now_ms(); });
  const auto pension = signal("s1");
  EXPECT_EQ(strict.validate(draft(1, "s1", "X-A"), *codes, &pension)->code(),
            "feedback.code_wrong_signal_type");
  EXPECT_EQ(strict.validate(draft(1, "s1", "X-B"), *codes, &pension)->code(),
            "feedback.code_wrong_law");
  EXPECT_EQ(strict.validate(draft(1, "s1", "X-C"), *codes, &pension)->code(),
            "feedback.code_not_yet_valid");
}

TEST_F(FeedbackTest, ACodeBeginsAndEndsAtMidnightInBelgium) {
  const auto codes =
      CodeList::parse(R"({"schema":"semafoor.feedback-codes/1","version":"1","origin":"project",
      "codes":[{"code":"X-A","validFrom":"2020-01-01","validTo":"2026-12-31",
                "text":{"nl":"a","fr":"b","de":"c"}},
               {"code":"X-B","validFrom":"2027-01-01","text":{"nl":"a","fr":"b","de":"c"}}]})",
                      "test");
  Feedback strict(*store_, *codes, [this] { return clock_.now_ms(); });
  const auto problem_of = [&](const char* code) {
    const auto pension = signal("s1");
    const auto problem = strict.validate(draft(1, "s1", code), *codes, &pension);
    return problem ? problem->code() : std::string();
  };
  clock_.advance(domain::belgian_midnight_ms(20270101) - 1 - clock_.now_ms());
  EXPECT_EQ(problem_of("X-A"), "");
  EXPECT_EQ(problem_of("X-B"), "feedback.code_not_yet_valid");
  clock_.advance(1);
  EXPECT_EQ(problem_of("X-A"), "feedback.code_expired");
  EXPECT_EQ(problem_of("X-B"), "");
}

TEST_F(FeedbackTest, AProblemCarriesTextsForTheUser) {
  const auto problem = submit(draft(1, "s1", "X-NO-SUCH-CODE")).problem();
  EXPECT_FALSE(problem.text().nl().empty() || problem.text().fr().empty() ||
               problem.text().de().empty() || problem.text().en().empty());
  EXPECT_THAT(problem.message(), HasSubstr("not on the list"));
}

TEST_F(FeedbackTest, AJudgementIsKeptWithItsReasonsAndTheSecondOneCounts) {
  submit(draft(1, "s1"));
  v1::FeedbackError reason;
  reason.set_code("X-0002");
  const upstream::MailboxContent::FeedbackResult refusal{
      client_id(1), v1::FEEDBACK_STATE_REFUSED, "AUTH000001", {reason}};
  for (int i = 0; i < 2; ++i) {
    store_.write([&](store::Transaction& tx) {
      return apply_result(tx, kTestOrg, codes_, refusal, clock_.now_ms());
    });
  }
  const auto item = feedback_.get(kTestOrg, client_id(1));
  EXPECT_EQ(item->state(), v1::FEEDBACK_STATE_REFUSED);
  EXPECT_EQ(item->errors(0).code(), "X-0002");
  EXPECT_EQ(item->authority_reference(), "AUTH000001");
  EXPECT_EQ(store_.counters().duplicates_suppressed, 1);
  EXPECT_THAT(store_.event_types(v1::MODULE_FEEDBACK),
              ElementsAre("feedback.queued", "feedback.refused"));
  // With the tickets of both sides.
  const auto records = store_.audit();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].act(), "feedback.submit");
  EXPECT_EQ(records[0].caller().account(), "uid 1000");
  EXPECT_EQ(records[0].subject_id(), client_id(1));
  EXPECT_EQ(records[1].act(), "feedback.refused");
  EXPECT_EQ(records[1].caller().kind(), v1::AUDIT_CALLER_KIND_GATEWAY);
  EXPECT_EQ(records[1].upstream_ticket(), "AUTH000001");
}

TEST_F(FeedbackTest, AContraryJudgementLaterDoesNotReplaceTheFirst) {
  submit(draft(1, "s1"));
  judge(draft(1, "s1"), v1::FEEDBACK_STATE_ACCEPTED);
  const auto stored = store_->write_and_wait([&](store::Transaction& tx) {
    return apply_result(tx, kTestOrg, codes_, {client_id(1), v1::FEEDBACK_STATE_REFUSED, "", {}},
                        0);
  });
  ASSERT_FALSE(stored.ok());
  EXPECT_EQ(stored.error().code, "feedback.already_decided");
  EXPECT_EQ(feedback_.get(kTestOrg, client_id(1))->state(), v1::FEEDBACK_STATE_ACCEPTED);
}

TEST_F(FeedbackTest, TheFateOfAnOlderAnswerNoLongerMovesTheSignal) {
  submit(draft(1, "s1"));
  judge(draft(1, "s1"), v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED);
  EXPECT_EQ(signal("s1").state(), v1::SIGNAL_STATE_ANSWER_REFUSED);
  submit(draft(2, "s1"));
  EXPECT_EQ(signal("s1").state(), v1::SIGNAL_STATE_ANSWERED);
}

// Loads codes as an administrator would, over the list of the test.
class LoadedCodesTest : public FeedbackTest {
 protected:
  void load(const std::string& code, const std::string& more = "") {
    clock_.advance(1);
    const auto loaded = tables_.load(
        R"({"schema":"semafoor.feedback-codes/1","version":"1","origin":"official","codes":[
        {"code":")" +
            code + R"(","validFrom":"2020-01-01","text":{"nl":"a","fr":"b","de":"c"})" + more +
            "}]}",
        {}, "uid 0", act_);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    clock_.advance(1);
  }
  v1::SubmitFeedbackResult give(const v1::FeedbackDraft& one) {
    return loading_.submit(kTestOrg, {one}, actor_, act_)->results.at(0);
  }
  void accept(const v1::FeedbackDraft& one) {
    store_.write([&](store::Transaction& tx) {
      return apply_result(tx, kTestOrg, in_force_,
                          {one.client_id(), v1::FEEDBACK_STATE_ACCEPTED, "AUTH000001", {}},
                          clock_.now_ms());
    });
  }

  codes::Codes tables_{*store_, *codes::BaseTables::load({}, {}),
                       [this] { return clock_.now_ms(); }};
  const CodesInForce in_force_{v1::CODE_TABLE_KIND_FEEDBACK_CODES, codes_};
  Feedback loading_{*store_, in_force_, [this] { return clock_.now_ms(); }};
};

TEST_F(LoadedCodesTest, ALoadedListIsTheOneThatAnswersAreHeldTo) {
  load("001");
  EXPECT_EQ(give(draft(1, "s1")).problem().code(), "feedback.code_unknown");
  EXPECT_TRUE(give(draft(2, "s1", "001")).has_feedback());
  EXPECT_EQ((*loading_.codes())->all().size(), 1U);
}

TEST_F(LoadedCodesTest, AQueuedAnswerWhoseCodeEndedStaysValidAndCounts) {
  const auto given = draft(1, "s1");
  ASSERT_TRUE(give(given).has_feedback());
  load("001");
  EXPECT_TRUE(give(given).repeated_submission());
  EXPECT_EQ(store_
                .ask<std::vector<store::TaskCount>>(
                    [](store::Reader& reader) { return reader.task_counts(kTestOrg); })
                .at(0)
                .count,
            1)
      << "it is still to be sent";
  accept(given);
  EXPECT_EQ(signal("s1").state(), v1::SIGNAL_STATE_CLOSED);
}

TEST_F(LoadedCodesTest, WhetherASignalStaysOpenIsTakenFromTheListOfTheDayOfTheAnswer) {
  load("001", R"(,"keepsOpen":true)");
  const auto open = draft(1, "s1", "001");
  ASSERT_TRUE(give(open).has_feedback());
  load("001");
  accept(open);
  EXPECT_EQ(signal("s1").state(), v1::SIGNAL_STATE_RECEIVED);
  const auto closing = draft(2, "s2", "001");
  ASSERT_TRUE(give(closing).has_feedback());
  accept(closing);
  EXPECT_EQ(signal("s2").state(), v1::SIGNAL_STATE_CLOSED);
}

TEST_F(FeedbackTest, AnAnswerOfAnotherOrganisationIsUnknown) {
  submit(draft(1, "s1"));
  EXPECT_EQ(feedback_.get("0212344876", client_id(1)).error().code, "feedback.unknown_client_id");
}

TEST_F(FeedbackTest, AnAnswerAndItsJudgementAreStepsOfTheSignalsHistory) {
  submit(draft(1, "s1"));
  judge(draft(1, "s1"), v1::FEEDBACK_STATE_REFUSED);
  submit(draft(2, "s1"));
  judge(draft(2, "s1"), v1::FEEDBACK_STATE_ACCEPTED);
  EXPECT_THAT(steps("s1"), ElementsAre(v1::SIGNAL_EVENT_ANSWERED, v1::SIGNAL_EVENT_REFUSED,
                                       v1::SIGNAL_EVENT_ANSWERED, v1::SIGNAL_EVENT_ACCEPTED));
  const auto history = store_.ask<v1::SignalHistory>(
      [&](store::Reader& reader) { return history::of(reader, kTestOrg, "s1"); });
  EXPECT_EQ(history.steps(0).actor().id(), "u1");
  EXPECT_EQ(history.steps(0).detail(), "X-COUNTED");
  EXPECT_FALSE(history.steps(1).has_actor());
  EXPECT_EQ(history.steps(1).state(), v1::SIGNAL_STATE_ANSWER_REFUSED);
  EXPECT_EQ(history.steps(3).feedback_client_id(), client_id(2));
  EXPECT_EQ(history.steps(3).state(), v1::SIGNAL_STATE_CLOSED);
}

TEST_F(FeedbackTest, AnAnswerKeepsTheReferenceUnderWhichItWasGiven) {
  submit(draft(1, "s1"));
  auto later = signal("s1");
  later.set_signal_reference("other");
  store_.write([&](store::Transaction& tx) {
    return tx.put_signal(kTestOrg, domain::signal_key(later), later, "");
  });
  EXPECT_EQ(feedback_.get(kTestOrg, client_id(1))->signal_reference(), "s1");
}

TEST_F(FeedbackTest, AnAcceptedAnswerOfAUnitedRecordClosesTheOneThatStands) {
  submit(draft(1, "s1"));
  submit(draft(2, "s2"));
  unite("s1", "s2");
  judge(draft(2, "s2"), v1::FEEDBACK_STATE_REFUSED);
  EXPECT_EQ(signal("s2").state(), v1::SIGNAL_STATE_ANSWER_REFUSED);
  judge(draft(1, "s1"), v1::FEEDBACK_STATE_ACCEPTED);
  EXPECT_EQ(signal("s1").state(), v1::SIGNAL_STATE_SUPERSEDED) << "it stays united";
  EXPECT_EQ(signal("s2").state(), v1::SIGNAL_STATE_CLOSED);
  EXPECT_THAT(steps("s2"), ElementsAre(v1::SIGNAL_EVENT_ANSWERED, v1::SIGNAL_EVENT_REFUSED,
                                       v1::SIGNAL_EVENT_ACCEPTED));
}

TEST_F(FeedbackTest, ARefusedAnswerOfAUnitedRecordDoesNotMoveTheOneThatStands) {
  submit(draft(1, "s1"));
  submit(draft(2, "s2"));
  unite("s1", "s2");
  judge(draft(1, "s1"), v1::FEEDBACK_STATE_REFUSED);
  EXPECT_EQ(signal("s1").state(), v1::SIGNAL_STATE_SUPERSEDED);
  EXPECT_EQ(signal("s2").state(), v1::SIGNAL_STATE_ANSWERED);
}

TEST_F(FeedbackTest, ASupersededSignalTakesNoAnswerAndNamesTheOneThatDoes) {
  unite("s1", "s2");
  const auto result = submit(draft(1, "s1"));
  EXPECT_EQ(result.problem().code(), "feedback.signal_superseded");
  EXPECT_THAT(result.problem().message(), HasSubstr("s2"));
  EXPECT_FALSE(result.problem().text().nl().empty());
}

}  // namespace
}  // namespace semafoor::feedback
