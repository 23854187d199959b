// SPDX-License-Identifier: Apache-2.0
//
// The mailbox's settings, as they show on both XML wires.
#include <gmock/gmock.h>

#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/ksz/testing.h"

namespace semafoor::sandbox::ksz {
namespace {

class OverBoth : public KszTest, public testing::WithParamInterface<const char*> {
 protected:
  // The document with the members, over the wire of this test.
  std::string ask(const std::string& operation, const std::string& members) {
    if (std::string(GetParam()) == "ssdn") return inner(ssdn(operation, members));
    auto reply = soa(operation, members);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.body;
  }
  std::vector<std::string> fetch(const std::string& cursor = "") {
    auto members = cursor.empty() ? std::string() : "<cursor>" + cursor + "</cursor>";
    last_ = ask("fetchMessages", members + "<limit>3</limit>");
    return all(last_, "signalReference");
  }
  std::string acknowledge(const std::string& cursor) {
    auto reply = ask("acknowledgeMessages", "<cursor>" + cursor + "</cursor>");
    auto code = first(reply, "ReasonCode");
    return code == "(none)" ? first(reply, "code") : code;
  }
  std::string cursor() { return all(last_, "cursor").back(); }
  std::string last_;
};
INSTANTIATE_TEST_SUITE_P(Wires, OverBoth, testing::Values("soa", "ssdn"));

TEST_P(OverBoth, AcknowledgedIsForgottenAndTheCursorOfAFetchDoesNotCount) {
  auto first_three = fetch();
  ASSERT_EQ(first_three.size(), 3U);
  EXPECT_EQ(fetch(cursor()), first_three);
  acknowledge(cursor());
  EXPECT_NE(fetch(), first_three);
  EXPECT_EQ(ledger_.summary()["totals"]["signalsAcknowledged"], 3);
}

TEST_P(OverBoth, WithACursorNothingIsForgotten) {
  mailbox_.set_manner(podmi::Manner::cursor);
  auto first_three = fetch();
  auto after = cursor();
  EXPECT_EQ(acknowledge(after), "X-NO-ACKNOWLEDGE");
  EXPECT_NE(fetch(after), first_three);
  EXPECT_EQ(fetch(), first_three);
  EXPECT_EQ(ledger_.summary()["totals"]["signalsAcknowledged"], 0);
}

TEST_P(OverBoth, RemovedIsGoneWhenItWasHandedOut) {
  mailbox_.set_manner(podmi::Manner::removed);
  std::multiset<std::string> seen;
  for (auto got = fetch(); !got.empty(); got = fetch("of no meaning")) {
    seen.insert(got.begin(), got.end());
    EXPECT_NE(acknowledge(cursor()), "X-CURSOR") << "harmless";
  }
  EXPECT_EQ(seen.size(), 9U);
  EXPECT_EQ(seen.count(reference_), 2U);
  auto totals = ledger_.summary()["totals"];
  EXPECT_EQ(totals["signalsHandedOut"], 8);
  EXPECT_EQ(totals["signalsAcknowledged"], 0);
}

TEST_P(OverBoth, AJudgementComesAtOnceAndNotThroughTheMailbox) {
  mailbox_.set_timing(podmi::Timing::at_once);
  for (int i = 0; i < 2; ++i) {
    auto reply = ask("sendFeedback", feedback("u-1", "X-REVISED"));
    EXPECT_EQ(first(reply, "evaluation"), "REFUSED") << "a repeat says the same";
    EXPECT_EQ(first(reply, "uniqueId"), "u-1");
    EXPECT_EQ(first(reply, "reference").size(), 10U);
  }
  auto messages = ask("fetchMessages", "<limit>500</limit>");
  EXPECT_TRUE(all(messages, "feedbackResult").empty());
  EXPECT_EQ(first(ask("findFeedback", "<uniqueId>u-1</uniqueId>"), "evaluation"), "REFUSED");
}

TEST_P(OverBoth, AJudgementMayNeverCome) {
  mailbox_.set_timing(podmi::Timing::never);
  auto reply = ask("sendFeedback", feedback("u-1"));
  EXPECT_TRUE(all(reply, "feedbackResult").empty());
  mailbox_.set_timing(podmi::Timing::later);
  mailbox_.hold_results(false);
  EXPECT_TRUE(all(ask("fetchMessages", "<limit>500</limit>"), "feedbackResult").empty());
  auto found = ask("findFeedback", "<uniqueId>u-1</uniqueId>");
  EXPECT_EQ(first(found, "evaluation"), "RECEIVED");
  EXPECT_EQ(first(found, "reference"), "(none)");
  EXPECT_EQ(ledger_.summary()["totals"]["feedbackEffects"], 1);
}

TEST_P(OverBoth, AReplacedNumberComesWithTheSignalAgain) {
  auto by = content::next_ssin(ssin_);
  mailbox_.replace_person(organisation_.cbe, ssin_, by);
  auto messages = ask("fetchMessages", "<limit>500</limit>");
  EXPECT_EQ(all(messages, "message").size(), 10U);
  EXPECT_EQ(all(messages, "signalReference").back(), reference_);
  EXPECT_EQ(all(messages, "ssin").back(), by);
  EXPECT_EQ(all(messages, "replacesSsin"), std::vector<std::string>{ssin_});
  EXPECT_EQ(all(messages, "sequence").back(), "9");
  // Integration follows the person, whichever number is named.
  mailbox_.set_integrated(organisation_.cbe, ssin_, false);
  ask("sendFeedback", feedback("u-1"));
  EXPECT_EQ(ledger_.summary()["totals"]["feedbackEffects"], 0);
}

TEST_P(OverBoth, AnAnsweredSignalDoesNotComeAgain) {
  ask("sendFeedback", feedback("u-1"));
  mailbox_.replace_person(organisation_.cbe, ssin_, content::next_ssin(ssin_));
  auto messages = ask("fetchMessages", "<limit>500</limit>");
  EXPECT_TRUE(all(messages, "replacesSsin").empty());
}

TEST_P(OverBoth, AnswersOfTheJsonWireAreFoundByTheReferenceOfTheClient) {
  podmi::Feedback other;
  other.client_reference = "short";
  other.signal_reference = reference_;
  other.code = "X-COUNTED";
  mailbox_.receive(organisation_.cbe, "urn:cbe:" + organisation_.cbe,
                   "0f8fad5b-d9cb-469f-a165-70867728950e", other);
  EXPECT_EQ(first(ask("findFeedback", "<uniqueId>short</uniqueId>"), "evaluation"), "ACCEPTED");
  EXPECT_EQ(all(ask("fetchMessages", "<limit>500</limit>"), "uniqueId").back(), "short");
}

TEST_P(OverBoth, AMalformedSignalIsHandedOutAsItIs) {
  mailbox_.add_malformed(organisation_.cbe);
  EXPECT_EQ(all(ask("fetchMessages", "<limit>500</limit>"), "ssin").back(), "17");
}

TEST_P(OverBoth, AHoleIsANumberThatIsLeftOut) {
  auto signal = mailbox_.signals(organisation_.cbe)[0];
  signal.reference = "KN-HOLE";
  mailbox_.add_signal(signal, podmi::Repeat::none, true);
  EXPECT_EQ(all(ask("fetchMessages", "<limit>500</limit>"), "sequence").back(), "10");
}

}  // namespace
}  // namespace semafoor::sandbox::ksz
