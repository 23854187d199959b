// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/judgements.h"

#include <gtest/gtest.h>

#include <memory>

#include "gateway/duties/fake_podmi.h"
#include "gateway/duties/test_store.h"
#include "gateway/feedback/decisions.h"
#include "gateway/feedback/outbox.h"

namespace semafoor::feedback {
namespace {

using duties::FakePodmi;
using duties::kTestOrg;
using Judgement = FakePodmi::Judgement;

constexpr std::int64_t kDay = 86'400'000;

class JudgementsTest : public ::testing::Test {
 protected:
  JudgementsTest() { store_.add_organisation(); }

  // An answer that the upstream has had for so many days.
  void put(const std::string& client_id, int days,
           v1::FeedbackState state = v1::FEEDBACK_STATE_SENT) {
    v1::FeedbackItem item;
    item.set_client_id(client_id);
    item.set_client_reference("R-" + client_id);
    item.set_state(state);
    item.mutable_submitted_at()->set_unix_ms(clock_.now_ms() - (days + 1) * kDay);
    item.mutable_sent_at()->set_unix_ms(clock_.now_ms() - days * kDay);
    store_.write(
        [&](store::Transaction& tx) { return tx.put_feedback(kTestOrg, "hash", item, ""); });
  }
  v1::FeedbackItem answer(const std::string& client_id) {
    return *store_.ask<std::optional<v1::FeedbackItem>>(
        [&](store::Reader& reader) { return reader.feedback(kTestOrg, client_id); });
  }
  Result<void> run() {
    Judgements judgements(
        *store_,
        [this](const store::Org&) {
          return Result<std::shared_ptr<upstream::PodmiClient>>(podmi_);
        },
        codes_, clock_, options_);
    return judgements.run_once(kTestOrg, {});
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  CodeList codes_ = CodeList::load({}).value();
  std::shared_ptr<FakePodmi> podmi_ = std::make_shared<FakePodmi>();
  JudgementOptions options_;
};

TEST_F(JudgementsTest, OnlyWhatTakesTooLongIsAskedFor) {
  put("young", 29);
  put("queued", 90, v1::FEEDBACK_STATE_QUEUED);
  put("decided", 90, v1::FEEDBACK_STATE_ACCEPTED);
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(podmi_->lookups(), 0);
  put("old", 31);
  podmi_->on_lookup = [](const std::string& id) -> Result<std::optional<Judgement>> {
    return std::optional(Judgement{.client_id = id, .state = v1::FEEDBACK_STATE_SENT});
  };
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(podmi_->lookups(), 1);
  EXPECT_EQ(answer("old").state(), v1::FEEDBACK_STATE_UNJUDGED);
  EXPECT_FALSE(answer("old").last_problem().empty());
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(podmi_->lookups(), 1) << "asked once";
}

TEST_F(JudgementsTest, AJudgementThatWasMissedIsApplied) {
  put("old", 31);
  podmi_->on_lookup = [](const std::string& id) -> Result<std::optional<Judgement>> {
    return std::optional(Judgement{
        .client_id = id, .state = v1::FEEDBACK_STATE_REFUSED, .authority_reference = "REF0000001"});
  };
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(answer("old").state(), v1::FEEDBACK_STATE_REFUSED);
  EXPECT_EQ(answer("old").authority_reference(), "REF0000001");
}

TEST_F(JudgementsTest, WhatTheUpstreamDoesNotKnowAnyMoreIsAPersonsDecision) {
  put("old", 31);
  podmi_->on_lookup = [](const std::string&) -> Result<std::optional<Judgement>> {
    return std::optional<Judgement>();
  };
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(answer("old").state(), v1::FEEDBACK_STATE_UNJUDGED);
  EXPECT_NE(answer("old").last_problem().find("replay"), std::string::npos);
  store_.write([&](store::Transaction& tx) -> Result<void> {
    EXPECT_EQ(discard(tx, kTestOrg, "old", {"uid 0", "why", 1}).error().code,
              "feedback.already_sent");
    auto again = replay(tx, kTestOrg, "old", {"uid 0", "why", 1});
    return again ? Result<void>() : again.error();
  });
  EXPECT_EQ(answer("old").state(), v1::FEEDBACK_STATE_OUTCOME_UNKNOWN) << "looked up first";
  EXPECT_FALSE(answer("old").has_sent_at());
  store_.write([&](store::Transaction& tx) -> Result<void> {
    EXPECT_FALSE(discard(tx, kTestOrg, "old", {"uid 0", "why", 1}).ok());
    return {};
  });
  const auto tasks = store_.ask<std::vector<store::TaskCount>>(
      [](store::Reader& reader) { return reader.task_counts(kTestOrg); });
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].kind, kSendTask);
}

TEST_F(JudgementsTest, ALaterJudgementOnAnUnjudgedAnswerCounts) {
  put("old", 60, v1::FEEDBACK_STATE_UNJUDGED);
  store_.write([&](store::Transaction& tx) {
    return apply_result(tx, kTestOrg, codes_,
                        {.state = v1::FEEDBACK_STATE_ACCEPTED, .client_reference = "R-old"},
                        clock_.now_ms());
  });
  EXPECT_EQ(answer("old").state(), v1::FEEDBACK_STATE_ACCEPTED);
}

TEST_F(JudgementsTest, OneThatCannotBeAskedForKeepsNobodyWaiting) {
  put("odd", 40);
  put("old", 31);
  podmi_->on_lookup = [](const std::string& id) -> Result<std::optional<Judgement>> {
    if (id == "odd") return Error{.kind = ErrorKind::internal, .code = "upstream.malformed"};
    return std::optional(Judgement{.client_id = id, .state = v1::FEEDBACK_STATE_ACCEPTED});
  };
  EXPECT_EQ(run().error().code, "upstream.malformed");
  EXPECT_EQ(answer("odd").state(), v1::FEEDBACK_STATE_SENT);
  EXPECT_EQ(answer("old").state(), v1::FEEDBACK_STATE_ACCEPTED);
}

TEST_F(JudgementsTest, AnUpstreamThatIsAwayChangesNothing) {
  put("old", 31);
  podmi_->on_lookup = [](const std::string&) -> Result<std::optional<Judgement>> {
    return Error{.kind = ErrorKind::unavailable, .code = "upstream.unreachable"};
  };
  EXPECT_EQ(run().error().code, "upstream.unreachable");
  EXPECT_EQ(answer("old").state(), v1::FEEDBACK_STATE_SENT);
}

TEST_F(JudgementsTest, WhoAsksForNoneGetsNone) {
  put("old", 3000);
  options_.patience_ms = 0;
  EXPECT_FALSE(run().ok());
  EXPECT_EQ(podmi_->lookups(), 0);
  EXPECT_EQ(answer("old").state(), v1::FEEDBACK_STATE_SENT);
}

}  // namespace
}  // namespace semafoor::feedback
