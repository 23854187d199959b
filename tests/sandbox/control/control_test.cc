// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/control/faults.h"
#include "tests/sandbox/control/world.h"
#include "tests/sandbox/podmi/cloud_event.h"

namespace semafoor::sandbox::control {
namespace {

using http::Json;

http::Call call(const std::string& method, const std::string& path) {
  http::Call result;
  result.method = method;
  result.path = path;
  return result;
}

Rule rule(const Json& json) {
  auto read = read_rule(json);
  EXPECT_TRUE(std::holds_alternative<Rule>(read));
  return std::get<Rule>(read);
}

TEST(Glob, AStarStandsForAnything) {
  EXPECT_TRUE(glob("*/content", "/ebox/messages/1/attachments/2/content"));
  EXPECT_TRUE(glob("/podmi/*", "/podmi/v1/messages"));
  EXPECT_TRUE(glob("*a*b", "xxaybzab"));
  EXPECT_FALSE(glob("*/content", "/ebox/contents"));
  EXPECT_FALSE(glob("", "x"));
  EXPECT_TRUE(glob("**", ""));
}

TEST(Glob, WithoutAStarThePathEndsLikeThat) {
  EXPECT_TRUE(aimed_at("/content", "/ebox/messages/1/attachments/2/content"));
  EXPECT_TRUE(aimed_at("/ebox/messages", "/ebox/messageRegistry/v2/ebox/messages"));
  EXPECT_FALSE(aimed_at("/ebox/messages", "/ebox/messageRegistry/v2/ebox/messages/1"));
}

TEST(FaultPlan, ShortNamesAreUnderstood) {
  EXPECT_EQ(rule({{"status", 503}}).fault.kind, http::FaultKind::status);
  EXPECT_EQ(rule({{"kind", "wrong-digest"}}).fault.kind, http::FaultKind::wrong_digest);
  auto after = rule({{"kind", "reset-after"}, {"times", 1}});
  EXPECT_EQ(after.fault.kind, http::FaultKind::reset);
  EXPECT_TRUE(after.fault.after_effect);
  EXPECT_EQ(after.times, 1U);
  EXPECT_FALSE(rule({{"kind", "malformed"}}).times) << "until cleared, unless said otherwise";
  EXPECT_EQ(rule({{"status", 429}, {"retryAfter", 3}}).fault.retry_after, 3);
}

TEST(FaultPlan, AnErrorMayComeInEachShape) {
  EXPECT_EQ(rule({{"status", 403}, {"shape", "problem"}, {"code", "missingScope"}}).fault.shape,
            http::ErrorShape::problem);
  EXPECT_EQ(rule({{"status", 403}}).fault.shape, http::ErrorShape::own);
  EXPECT_TRUE(std::holds_alternative<std::string>(read_rule({{"status", 403}, {"shape", "x"}})));
}

TEST(FaultPlan, AClockGoesBothWays) {
  EXPECT_EQ(rule({{"kind", "clock"}, {"clockSeconds", -360}}).fault.clock_seconds, -360);
  for (const Json& wrong : {Json("6"), Json(1.5), Json(10'000'000)}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(
        read_rule({{"kind", "clock"}, {"clockSeconds", wrong}})));
  }
}

TEST(FaultPlan, HitsOnlyWhatItWasAimedAtAndAsOftenAsSaid) {
  FaultPlan plan;
  plan.add(rule({{"kind", "status"},
                 {"status", 503},
                 {"method", "GET"},
                 {"path", "/a/*"},
                 {"organisation", "1"},
                 {"times", 2},
                 {"skip", 1}}));
  EXPECT_FALSE(plan.take(call("POST", "/a/b"), "1"));
  EXPECT_FALSE(plan.take(call("GET", "/b"), "1"));
  EXPECT_FALSE(plan.take(call("GET", "/a/b"), "2"));
  EXPECT_FALSE(plan.take(call("GET", "/a/b"), "1")) << "the first is let pass";
  EXPECT_EQ(plan.take(call("GET", "/a/b"), "1")->status, 503);
  EXPECT_TRUE(plan.take(call("GET", "/a/b"), "1"));
  EXPECT_FALSE(plan.take(call("GET", "/a/b"), "1"));
  EXPECT_EQ(plan.list()[0]["hits"], 2);
}

TEST(FaultPlan, UntilClearedMeansUntilCleared) {
  FaultPlan plan;
  auto id = plan.add(rule({{"kind", "reset"}}));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(plan.take(call("GET", "/"), ""));
  auto epoch = plan.epoch();
  EXPECT_TRUE(plan.remove(id));
  EXPECT_NE(plan.epoch(), epoch);
  EXPECT_FALSE(plan.take(call("GET", "/"), ""));
  EXPECT_FALSE(plan.remove(id));
}

TEST(FaultPlan, WhatIsNotUnderstoodIsRefused) {
  for (const auto& json :
       {Json{{"kind", "quake"}}, Json{{"kind", "status"}, {"status", 200}}, Json::array(),
        Json{{"kind", "reset"}, {"effect", "during"}}, Json{{"kind", "reset"}, {"tiems", 2}},
        Json{{"kind", "delay"}, {"delayMs", -5}}, Json{{"kind", "delay"}, {"delayMs", "5"}}}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(read_rule(json))) << json;
  }
}

class WorldTest : public testing::Test {
 protected:
  WorldTest() : mailbox_(ledger_), world_({}, boxes_, mailbox_, ledger_) {}
  const std::string& cbe() { return world_.organisations()[0].cbe; }

  ledger::Ledger ledger_;
  ebox::Boxes boxes_;
  podmi::Mailbox mailbox_;
  World world_;
  std::string why_;
};

TEST_F(WorldTest, ExpectedNamesEverythingOnce) {
  auto expected = world_.expected("");
  ASSERT_EQ(expected["counts"].size(), 2U);
  auto counts = expected["counts"][cbe()];
  EXPECT_EQ(counts["messages"], 26);
  EXPECT_EQ(counts["messageTypes"], 13);
  EXPECT_EQ(counts["signals"], 12);
  EXPECT_LT(counts["signalsWithDossier"], 12);
  EXPECT_GT(counts["mailboxEvents"], 12);
  std::set<std::string> references;
  for (const auto& signal : expected["signals"]) {
    EXPECT_TRUE(references.insert(signal["signalReference"].get<std::string>()).second);
  }
  EXPECT_EQ(references.size(), 24U);
  EXPECT_EQ(world_.expected(cbe())["messages"].size(), 26U);
}

TEST_F(WorldTest, AddedMessagesAreTheNewestAndOfTheFamilyWanted) {
  NewMessage wish;
  wish.organisation = cbe();
  wish.type = "X-STATUS-CHANGE";
  wish.count = 2;
  wish.file_name = "../../x";
  auto ids = world_.add_messages(wish, why_);
  ASSERT_TRUE(ids);
  auto entries = boxes_.entries(cbe());
  EXPECT_EQ(entries.size(), 28U);
  EXPECT_EQ(entries[0].message->id, (*ids)[1]);
  EXPECT_EQ(entries[1].message->id, (*ids)[0]);
  EXPECT_EQ(entries[0].message->type_id, "X-STATUS-CHANGE");
  EXPECT_EQ(entries[0].message->attachments[0].file_name, "../../x");
  wish.type = "X-NONE";
  EXPECT_FALSE(world_.add_messages(wish, why_));
  wish.organisation = "0000000000";
  EXPECT_FALSE(world_.add_messages(wish, why_));
}

TEST_F(WorldTest, ABigAttachmentTakesNoMemoryAndHasATrueDigest) {
  NewMessage wish;
  wish.organisation = cbe();
  wish.attachment_bytes = 20U << 20;
  auto ids = world_.add_messages(wish, why_);
  ASSERT_TRUE(ids);
  auto entry = boxes_.find(cbe(), ids->front());
  for (const auto& attachment : entry->message->attachments) {
    if (!attachment.main_content) continue;
    EXPECT_GE(attachment.file->size(), 20U << 20);
    EXPECT_TRUE(attachment.file->in_memory().empty());
  }
}

TEST_F(WorldTest, AMalformedSignalIsNotExpected) {
  auto before = world_.expected(cbe())["signals"];
  mailbox_.add_malformed(cbe());
  auto batch = mailbox_.fetch(cbe(), "", 500);
  EXPECT_FALSE(to_cloud_event(batch->events.back())["data"].contains("signalReference"));
  EXPECT_EQ(world_.expected(cbe())["signals"], before);
}

TEST_F(WorldTest, AddedSignalsFollowTheSeededOnes) {
  NewSignal wish;
  wish.organisation = cbe();
  wish.count = 2;
  wish.repeat = podmi::Repeat::new_event;
  auto before = mailbox_.event_count(cbe());
  auto references = world_.add_signals(wish, why_);
  ASSERT_TRUE(references);
  EXPECT_EQ(mailbox_.event_count(cbe()), before + 4);
  EXPECT_EQ(mailbox_.signal_references(cbe()).size(), 14U);
}

}  // namespace
}  // namespace semafoor::sandbox::control
