// SPDX-License-Identifier: Apache-2.0
#include "gateway/proposals/proposals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gateway/domain/date.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/duties/test_store.h"
#include "gateway/feedback/outbox.h"
#include "gateway/history/history.h"
#include "gateway/signals/persons.h"

namespace semafoor::proposals {
namespace {

using duties::kTestOrg;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPerson[] = "85073003328";
constexpr char kFormerNumber[] = "17073003384";
constexpr char kElse[] = "93051822361";
// 3 September 2026, 10:00 UTC.
constexpr std::int64_t kAnswered = 1'788'429'600'000;

std::string client_id(int number) {
  const std::string text = std::to_string(number);
  return "0190b6f0-7c1e-7d3a-8a52-" + std::string(12 - text.size(), '0') + text;
}

class ProposalsTest : public ::testing::Test {
 protected:
  ProposalsTest() {
    store_.add_organisation();
    an_.set_id("an");
    an_.set_name("An Peeters");
  }

  struct Given {
    std::string month = "2026-10";
    std::string person = kPerson;
    std::string employer = "0190000432";
    std::int64_t cents = 100'000;
    std::string dossier = "D1";
    std::string type = "X-WORK-DMFA";
  };
  v1::Signal made(const std::string& id, const Given& given) {
    v1::Signal signal;
    signal.set_signal_id(id);
    signal.set_signal_reference(id);
    signal.mutable_organisation()->set_value(kTestOrg);
    signal.set_law(v1::LAW_RMI);
    signal.mutable_person()->set_value(given.person);
    signal.set_dossier_number(given.dossier);
    signal.set_signal_type(given.type);
    signal.set_source_flow("DMFA");
    signal.set_state(v1::SIGNAL_STATE_RECEIVED);
    signal.mutable_received_at()->set_unix_ms(clock_.now_ms());
    *signal.mutable_reference_period()->mutable_from() = *domain::parse_date(given.month + "-01");
    const int last = given.month == "2026-09" ? 30 : 31;
    *signal.mutable_reference_period()->mutable_to() =
        *domain::parse_date(given.month + "-" + std::to_string(last));
    signal.mutable_amount()->set_eurocents(given.cents);
    auto& field = *signal.add_fields();
    field.set_name("employerNumber");
    field.set_value(given.employer);
    return signal;
  }
  void put(v1::Signal signal) {
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
    });
  }
  void add(const std::string& id, const Given& given) { put(made(id, given)); }
  // Answered on 3 September 2026, and judged.
  void add_answered(const std::string& id, int number, const Given& given,
                    const std::string& code = "X-COUNTED",
                    v1::FeedbackState judgement = v1::FEEDBACK_STATE_ACCEPTED,
                    const std::string& decision = "") {
    const std::int64_t today = clock_.now_ms();
    clock_.jump(kAnswered + number - today);
    add(id, given);
    v1::FeedbackDraft draft;
    draft.set_client_id(client_id(number));
    draft.set_signal_id(id);
    draft.set_code(code);
    draft.set_decision_reference(decision);
    const auto submission = feedback_.submit(kTestOrg, {draft}, an_, {});
    ASSERT_TRUE(submission.ok());
    ASSERT_TRUE(submission->results[0].has_feedback())
        << submission->results[0].problem().message();
    store_.write([&](store::Transaction& tx) {
      return feedback::apply_result(tx, kTestOrg, codes_, {draft.client_id(), judgement, "A", {}},
                                    clock_.now_ms());
    });
    clock_.jump(today - clock_.now_ms());
  }
  v1::Signal signal(const std::string& id) {
    return *store_.ask<std::optional<v1::Signal>>(
        [&](store::Reader& reader) { return reader.signal(kTestOrg, id); });
  }
  v1::Proposal propose(const std::string& id, int tolerance = kUsualTolerance) {
    auto page = proposals_.propose(kTestOrg, {.ids = {id}, .filter = {}, .tolerance = tolerance});
    EXPECT_TRUE(page.ok());
    return page->items.at(0);
  }
  v1::ReviewedItem item(const std::string& id, int number, const std::string& code = "X-COUNTED") {
    v1::ReviewedItem reviewed;
    reviewed.mutable_draft()->set_client_id(client_id(number));
    reviewed.mutable_draft()->set_signal_id(id);
    reviewed.mutable_draft()->set_code(code);
    reviewed.set_signal_version(signal(id).version());
    return reviewed;
  }
  Reviewed submit(const std::vector<v1::ReviewedItem>& items) {
    auto reviewed = proposals_.submit(kTestOrg, {.items = items, .reviewed_by = an_}, {});
    EXPECT_TRUE(reviewed.ok()) << (reviewed.ok() ? "" : reviewed.error().message);
    return *reviewed;
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  feedback::CodeList codes_ = *feedback::CodeList::load();
  feedback::Feedback feedback_{*store_, codes_, [this] { return clock_.now_ms(); }};
  Proposals proposals_{*store_, feedback_, [this] { return clock_.now_ms(); }};
  v1::Actor an_;
};

TEST_F(ProposalsTest, TheSameFactsOfAnotherMonthProposeTheCodeThatWasAccepted) {
  add_answered("july", 1, {.month = "2026-07"});
  add("october", {});
  const auto proposal = propose("october");
  ASSERT_EQ(proposal.outcome(), v1::PROPOSAL_OUTCOME_PROPOSED);
  EXPECT_EQ(proposal.code(), "X-COUNTED");
  EXPECT_EQ(proposal.code_text().nl(), "Al in rekening gebracht");
  EXPECT_EQ(proposal.signal_version(), signal("october").version());
  EXPECT_EQ(proposal.basis().signal_id(), "july");
  EXPECT_EQ(proposal.basis().client_id(), client_id(1));
  EXPECT_EQ(proposal.reason().nl(),
            "Zelfde werkgever en zelfde bedrag als het knipperlicht van juli 2026, dat op 3 "
            "september 2026 met code "
            "X-COUNTED werd beantwoord en aanvaard.");
  EXPECT_EQ(proposal.reason().fr(),
            "Même employeur et même montant que le clignotant de juillet 2026, auquel il a été "
            "répondu le 3 septembre "
            "2026 avec le code X-COUNTED ; la réponse a été acceptée.");
  EXPECT_EQ(proposal.reason().de(),
            "Gleicher Arbeitgeber und gleicher Betrag wie beim Warnsignal vom Juli 2026, das am 3. "
            "September 2026 mit "
            "dem Code X-COUNTED beantwortet und angenommen wurde.");
  EXPECT_EQ(proposal.reason().en(),
            "Same employer and same amount as the signal of July 2026, which was answered on 3 "
            "September 2026 with "
            "code X-COUNTED and accepted.");
}

TEST_F(ProposalsTest, AskedTwiceTheAnswerIsTheSameAndNothingIsStored) {
  add_answered("july", 1, {.month = "2026-07"});
  add("october", {});
  const auto events = store_.events(v1::MODULE_FEEDBACK).size();
  EXPECT_EQ(propose("october").SerializeAsString(), propose("october").SerializeAsString());
  EXPECT_EQ(store_.events(v1::MODULE_FEEDBACK).size(), events);
  EXPECT_EQ(signal("october").state(), v1::SIGNAL_STATE_RECEIVED);
}

TEST_F(ProposalsTest, AnAmountWithinTheToleranceIsSaidWithTheDifference) {
  add_answered("july", 1, {.month = "2026-07"});
  add("october", {.cents = 101'250});
  const auto proposal = propose("october");
  EXPECT_EQ(proposal.outcome(), v1::PROPOSAL_OUTCOME_PROPOSED);
  EXPECT_THAT(proposal.reason().nl(),
              HasSubstr("bijna zelfde bedrag (12,50 euro verschil, toegelaten tot 2 %)"));
  EXPECT_EQ(propose("october", 0).outcome(), v1::PROPOSAL_OUTCOME_FACTS_DIFFER);
}

TEST_F(ProposalsTest, WhatDiffersIsSaid) {
  add_answered("july", 1, {.month = "2026-07"});
  add("october", {.employer = "0190000999"});
  const auto proposal = propose("october");
  EXPECT_EQ(proposal.outcome(), v1::PROPOSAL_OUTCOME_FACTS_DIFFER);
  EXPECT_EQ(proposal.code(), "");
  EXPECT_EQ(proposal.reason().nl(),
            "Anders dan bij het knipperlicht van juli 2026: employerNumber.");
}

TEST_F(ProposalsTest, AnotherPersonDossierOrTypeIsNothingEarlier) {
  add_answered("july", 1, {.month = "2026-07"});
  add("person", {.person = kElse});
  add("dossier", {.dossier = "D2"});
  add("type", {.type = "X-PENSION"});
  for (const char* id : {"person", "dossier", "type"})
    EXPECT_EQ(propose(id).outcome(), v1::PROPOSAL_OUTCOME_NOTHING_EARLIER) << id;
}

TEST_F(ProposalsTest, APersonIsFollowedUnderAFormerNumber) {
  add_answered("july", 1, {.month = "2026-07", .person = kFormerNumber});
  auto october = made("october", {});
  october.add_former_persons()->set_value(kFormerNumber);
  put(october);
  EXPECT_EQ(propose("october").outcome(), v1::PROPOSAL_OUTCOME_PROPOSED);
}

TEST_F(ProposalsTest, APersonIsFollowedByTheTableOfReplacedNumbers) {
  add_answered("july", 1, {.month = "2026-07", .person = kFormerNumber});
  store_.write([&](store::Transaction& tx) -> Result<void> {
    auto changed = signals::replace_number(tx, kTestOrg, {kFormerNumber, kPerson, nullptr}, {},
                                           clock_.now_ms());
    return changed ? Result<void>() : changed.error();
  });
  add("october", {});
  EXPECT_EQ(propose("october").outcome(), v1::PROPOSAL_OUTCOME_PROPOSED);
}

TEST_F(ProposalsTest, OnlyAnAcceptedAnswerIsABasis) {
  add_answered("refused", 1, {.month = "2026-07"}, "X-COUNTED", v1::FEEDBACK_STATE_REFUSED);
  add_answered("partly", 2, {.month = "2026-08"}, "X-COUNTED",
               v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED);
  add("october", {});
  EXPECT_EQ(propose("october").outcome(), v1::PROPOSAL_OUTCOME_NOTHING_EARLIER);
}

TEST_F(ProposalsTest, DifferentAnswersToTheSameFactsProposeNothingAndSayWhich) {
  add_answered("july", 1, {.month = "2026-07"}, "X-COUNTED");
  add_answered("august", 2, {.month = "2026-08"}, "X-EXEMPT");
  add("october", {});
  const auto proposal = propose("october");
  EXPECT_EQ(proposal.outcome(), v1::PROPOSAL_OUTCOME_CONFLICT);
  EXPECT_EQ(proposal.code(), "");
  ASSERT_EQ(proposal.conflicting_size(), 2);
  EXPECT_EQ(proposal.conflicting(0).signal_id(), "august") << "the latest first";
  EXPECT_THAT(proposal.reason().en(), HasSubstr("X-COUNTED, X-EXEMPT"));
}

TEST_F(ProposalsTest, TheLatestOfEqualAnswersIsTheBasis) {
  add_answered("july", 1, {.month = "2026-07"});
  add_answered("august", 2, {.month = "2026-08"});
  add("october", {});
  EXPECT_EQ(propose("october").basis().signal_id(), "august");
}

TEST_F(ProposalsTest, WhatRestedOnADecisionIsDecidedAnew) {
  add_answered("july", 1, {.month = "2026-07"}, "X-RECOVERY", v1::FEEDBACK_STATE_ACCEPTED,
               "2026/17");
  add("october", {});
  EXPECT_EQ(propose("october").outcome(), v1::PROPOSAL_OUTCOME_NEEDS_DECISION);
  // Also where the code does not ask for it.
  add_answered("july2", 2, {.month = "2026-07", .dossier = "D2"}, "X-REVISED",
               v1::FEEDBACK_STATE_ACCEPTED, "2026/18");
  add("october2", {.dossier = "D2"});
  EXPECT_EQ(propose("october2").outcome(), v1::PROPOSAL_OUTCOME_NEEDS_DECISION);
}

TEST_F(ProposalsTest, ACodeThatIsNotValidAnyMoreIsNotProposed) {
  const auto then = feedback::CodeList::parse(
      R"({"schema":"semafoor.feedback-codes/1","version":"1","origin":"project","codes":[
        {"code":"X-COUNTED","validFrom":"2020-01-01","validTo":"2026-10-31",
         "text":{"nl":"a","fr":"b","de":"c"}}]})",
      "then");
  add_answered("july", 1, {.month = "2026-07"});
  add("october", {});
  feedback::Feedback feedback(*store_, *then, [this] { return clock_.now_ms(); });
  Proposals proposals(*store_, feedback, [this] { return clock_.now_ms(); });
  const auto page = proposals.propose(kTestOrg, {.ids = {"october"}, .filter = {}});
  EXPECT_EQ(page->items.at(0).outcome(), v1::PROPOSAL_OUTCOME_CODE_NOT_VALID);
  EXPECT_THAT(page->items.at(0).reason().en(), HasSubstr("X-COUNTED"));
}

TEST_F(ProposalsTest, ASignalThatAwaitsNoAnswerAndOneThatIsUnknownSaySo) {
  add_answered("july", 1, {.month = "2026-07"});
  EXPECT_EQ(propose("july").outcome(), v1::PROPOSAL_OUTCOME_NOT_OPEN);
  EXPECT_EQ(propose("nobody").outcome(), v1::PROPOSAL_OUTCOME_UNKNOWN_SIGNAL);
}

TEST_F(ProposalsTest, AllThatAreOpenComeInPages) {
  add_answered("july", 1, {.month = "2026-07"});
  for (const char* month : {"2026-01", "2026-03", "2026-05", "2026-08", "2026-10"})
    add(std::string("open-") + month, {.month = month});
  Question question;
  question.filter.limit = 2;
  std::set<std::string> seen;
  do {
    const auto page = proposals_.propose(kTestOrg, question);
    ASSERT_TRUE(page.ok());
    EXPECT_EQ(page->total, 5);
    for (const auto& one : page->items) EXPECT_TRUE(seen.insert(one.signal_id()).second);
    question.position = page->position;
  } while (!question.position.empty());
  EXPECT_EQ(seen.size(), 5U);
  question.filter.limit = 100;
  question.filter.signal_types = {"X-PENSION"};
  EXPECT_EQ(proposals_.propose(kTestOrg, question)->items.size(), 0U);
}

TEST_F(ProposalsTest, ManyAreAnsweredInOneReviewedStepThatIsRecordedWithEach) {
  add_answered("july", 1, {.month = "2026-07"});
  add("october", {});
  add("other", {.month = "2026-10", .dossier = "D9"});
  auto first = item("october", 2);
  first.set_basis_client_id(propose("october").basis().client_id());
  const auto reviewed = submit({first, item("other", 3, "X-EXEMPT")});
  ASSERT_EQ(reviewed.submission.results.size(), 2U);
  for (const auto& result : reviewed.submission.results) {
    EXPECT_TRUE(result.has_feedback()) << result.problem().message();
    EXPECT_EQ(result.feedback().submitted_by().id(), "an");
  }
  EXPECT_EQ(signal("october").state(), v1::SIGNAL_STATE_ANSWERED);
  EXPECT_FALSE(reviewed.review_id.empty());
  const auto records = store_.audit();
  const auto& batch = records.back();
  EXPECT_EQ(batch.act(), "feedback.review");
  EXPECT_EQ(batch.subject_id(), reviewed.review_id);
  EXPECT_EQ(batch.detail(), "2 answers reviewed, 1 as proposed");
  EXPECT_EQ(batch.actor().id(), "an");
  const auto each = std::count_if(records.begin(), records.end(), [&](const auto& record) {
    return record.act() == "feedback.submit" && record.detail() == "reviewed " + reviewed.review_id;
  });
  EXPECT_EQ(each, 2);
  const auto story = store_.ask<v1::SignalHistory>(
      [](store::Reader& reader) { return history::of(reader, kTestOrg, "october"); });
  EXPECT_EQ(story.steps(0).event(), v1::SIGNAL_EVENT_ANSWERED);
  EXPECT_EQ(story.steps(0).detail(), "X-COUNTED, reviewed " + reviewed.review_id);
  EXPECT_EQ(story.steps(0).actor().name(), "An Peeters");
}

TEST_F(ProposalsTest, ASignalThatChangedSinceIsNotAnswered) {
  add_answered("july", 1, {.month = "2026-07"});
  add("october", {});
  add("other", {.dossier = "D9"});
  const auto stale = item("october", 2);
  auto changed = signal("october");
  changed.set_deliveries(2);
  put(changed);
  const auto reviewed = submit({stale, item("other", 3)});
  EXPECT_EQ(reviewed.submission.results[0].problem().code(), "feedback.signal_changed");
  EXPECT_EQ(reviewed.submission.results[0].problem().field(), "items[0].signalVersion");
  EXPECT_TRUE(reviewed.submission.results[1].has_feedback()) << "each alone";
  EXPECT_EQ(signal("october").state(), v1::SIGNAL_STATE_RECEIVED);
}

TEST_F(ProposalsTest, AProposalThatNoLongerHoldsIsNotSent) {
  add_answered("july", 1, {.month = "2026-07"});
  add("october", {});
  auto one = item("october", 5);
  one.set_basis_client_id(propose("october").basis().client_id());
  // Meanwhile somebody had another opinion of the same facts.
  add_answered("august", 2, {.month = "2026-08"}, "X-EXEMPT");
  auto reviewed = submit({one});
  EXPECT_EQ(reviewed.submission.results[0].problem().code(), "feedback.proposal_ended");
  EXPECT_EQ(reviewed.review_id, "");
  EXPECT_THAT(store_.acts(), Not(Contains("feedback.review")));
  // The person may still choose the code.
  one.clear_basis_client_id();
  EXPECT_TRUE(submit({one}).submission.results[0].has_feedback());
}

TEST_F(ProposalsTest, AnotherCodeThanTheProposedOneIsNotAsProposed) {
  add_answered("july", 1, {.month = "2026-07"});
  add("october", {});
  auto one = item("october", 2, "X-EXEMPT");
  one.set_basis_client_id(client_id(1));
  EXPECT_EQ(submit({one}).submission.results[0].problem().code(), "feedback.proposal_ended");
}

TEST_F(ProposalsTest, TheSameReviewAgainStoresAndRecordsNothing) {
  add_answered("july", 1, {.month = "2026-07"});
  add("october", {});
  auto one = item("october", 2);
  one.set_basis_client_id(client_id(1));
  submit({one});
  const auto acts = store_.acts().size();
  const auto again = submit({one});
  EXPECT_TRUE(again.submission.results[0].repeated_submission());
  EXPECT_EQ(again.review_id, "");
  EXPECT_EQ(store_.acts().size(), acts);
}

TEST_F(ProposalsTest, WithoutAPersonNothingIsStored) {
  add("october", {});
  const auto refused = proposals_.submit(kTestOrg, {.items = {item("october", 2)}}, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "proposals.reviewer_missing");
  EXPECT_EQ(signal("october").state(), v1::SIGNAL_STATE_RECEIVED);
}

}  // namespace
}  // namespace semafoor::proposals
