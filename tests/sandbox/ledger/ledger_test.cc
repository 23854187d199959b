// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/sandbox/ledger/ledger.h"

namespace semafoor::sandbox::ledger {
namespace {

TEST(Ledger, EffectsCountOncePerIdAndRepetitionsAsDoubles) {
  Ledger ledger;
  ledger.feedback_effect("1", {"id-1", "KN1", "X-COUNTED", "ACCEPTED", "AR00000001"});
  ledger.feedback_again("1", "id-1", false);
  ledger.feedback_again("1", "id-1", true);
  ledger.feedback_effect("1", {"id-2", "KN1", "X-COUNTED", "ACCEPTED", "AR00000002"});
  auto totals = ledger.summary()["totals"];
  EXPECT_EQ(totals["feedbackEffects"], 2);
  EXPECT_EQ(totals["feedbackDoubles"], 2);
  EXPECT_EQ(totals["feedbackConflicts"], 1);
  EXPECT_EQ(totals["signalsAcceptedTwice"], 1);
  auto feedback = ledger.everything("1")["organisations"]["1"]["feedback"];
  EXPECT_EQ(feedback[0]["received"], 3);
  EXPECT_EQ(feedback[0]["effects"], 1);
}

TEST(Ledger, ADownloadCountsWhenItWasComplete) {
  Ledger ledger;
  for (auto transfer : {http::Transfer::interrupted, http::Transfer::corrupted,
                        http::Transfer::complete, http::Transfer::complete}) {
    ledger.downloading("1", "m", "a", "00", 10);
    ledger.downloaded("1", "a", transfer);
  }
  auto totals = ledger.summary()["totals"];
  EXPECT_EQ(totals["attachmentsDownloaded"], 1);
  EXPECT_EQ(totals["attachmentBytes"], 10);
  EXPECT_EQ(totals["downloadsCompleted"], 2);
  EXPECT_EQ(totals["downloadsBroken"], 2);
  ledger.downloaded("1", "a", http::Transfer::withdrawn);
  EXPECT_EQ(ledger.summary()["totals"]["downloadsCompleted"], 1);
}

TEST(Ledger, OrganisationsAreKeptApart) {
  Ledger ledger;
  ledger.listed("1", {"m1", "m2"});
  ledger.listed("1", {"m2"});
  ledger.listed("2", {"m1"});
  ledger.signal_delivered("2", "KN1");
  ledger.signal_delivered("2", "KN1");
  auto summary = ledger.summary();
  ASSERT_EQ(summary["organisations"].size(), 2U);
  EXPECT_EQ(summary["organisations"]["1"]["messagesListed"], 2);
  EXPECT_EQ(summary["organisations"]["2"]["signalsDelivered"], 1);
  EXPECT_EQ(summary["organisations"]["2"]["signalDeliveries"], 2);
  EXPECT_EQ(summary["totals"]["messagesListed"], 3);
  EXPECT_EQ(ledger.everything("2")["organisations"].size(), 1U);
  const auto signal = ledger.everything("2")["organisations"]["2"]["signals"][0];
  EXPECT_EQ(signal["delivered"], 2);
  EXPECT_GT(signal["deliveredAtUs"], 1'700'000'000'000'000);
  ledger.clear();
  EXPECT_EQ(ledger.summary()["totals"]["messagesListed"], 0);
}

}  // namespace
}  // namespace semafoor::sandbox::ledger
