// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "gateway/domain/date.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/feedback/outbox.h"
#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

using ::testing::Contains;

constexpr char kPerson[] = "85073003328";
constexpr char kFirst[] = "0190b6f0-7c1e-7d3a-8a52-000000000001";
constexpr char kSecond[] = "0190b6f0-7c1e-7d3a-8a52-000000000002";

class ProposalsServiceTest : public TestGateway {
 protected:
  ProposalsServiceTest() {
    add("july", "2026-07");
    answer("july", kFirst);
    store_.write([&](store::Transaction& tx) {
      return feedback::apply_result(
          tx, kTestOrg, codes_, {kFirst, v1::FEEDBACK_STATE_ACCEPTED, "A", {}}, clock_.now_ms());
    });
    add("october", "2026-10");
  }

  void add(const std::string& id, const std::string& month) {
    v1::Signal signal;
    signal.set_signal_id(id);
    signal.set_signal_reference(id);
    signal.mutable_person()->set_value(kPerson);
    signal.set_law(v1::LAW_RMI);
    signal.set_dossier_number("D1");
    signal.set_signal_type("X-PENSION");
    signal.set_state(v1::SIGNAL_STATE_RECEIVED);
    signal.mutable_amount()->set_eurocents(100);
    *signal.mutable_reference_period()->mutable_from() = *domain::parse_date(month + "-01");
    store_.write([&](store::Transaction& tx) {
      return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "");
    });
  }
  Outcome answer(const std::string& signal, const std::string& client_id) {
    auto request = about<v1::SubmitFeedbackRequest>();
    auto& draft = *request.add_items();
    draft.set_signal_id(signal);
    draft.set_client_id(client_id);
    draft.set_code("X-COUNTED");
    v1::SubmitFeedbackResponse response;
    return call(feedback_stub_, &v1::Feedback::Stub::SubmitFeedback, request, response);
  }
  Outcome propose(const v1::ProposeAnswersRequest& request) {
    proposed_.Clear();
    return call(proposals_stub_, &v1::Proposals::Stub::ProposeAnswers, request, proposed_);
  }
  v1::SubmitReviewedRequest review() {
    propose(about<v1::ProposeAnswersRequest>());
    auto request = about<v1::SubmitReviewedRequest>();
    const auto& proposal = proposed_.proposals(0);
    auto& item = *request.add_items();
    item.mutable_draft()->set_signal_id(proposal.signal_id());
    item.mutable_draft()->set_client_id(kSecond);
    item.mutable_draft()->set_code(proposal.code());
    item.set_signal_version(proposal.signal_version());
    item.set_basis_client_id(proposal.basis().client_id());
    request.mutable_reviewed_by()->set_id("u1");
    request.set_reviewed(true);
    return request;
  }
  Outcome submit(const v1::SubmitReviewedRequest& request) {
    reviewed_.Clear();
    return call(proposals_stub_, &v1::Proposals::Stub::SubmitReviewed, request, reviewed_);
  }

  v1::ProposeAnswersResponse proposed_;
  v1::SubmitReviewedResponse reviewed_;
};

TEST_F(ProposalsServiceTest, OpenSignalsComeWithWhatIsProposedAndTheLookIsRecorded) {
  ASSERT_TRUE(propose(about<v1::ProposeAnswersRequest>()).status.ok());
  ASSERT_EQ(proposed_.proposals_size(), 1);
  EXPECT_EQ(proposed_.total_count(), 1);
  EXPECT_EQ(proposed_.proposals(0).signal_id(), "october");
  EXPECT_EQ(proposed_.proposals(0).code(), "X-COUNTED");
  recorder_.flush();
  EXPECT_THAT(store_.acts(), Contains("proposal.list"));
  EXPECT_EQ(store_.audit().back().persons_size(), 1);
}

TEST_F(ProposalsServiceTest, BoundsOfTheQuestion) {
  auto request = about<v1::ProposeAnswersRequest>();
  request.set_amount_tolerance(1001);
  EXPECT_EQ(propose(request).detail.field(), "amountTolerance");
  request.set_amount_tolerance(0);
  for (int i = 0; i < 501; ++i) request.add_signal_ids("s");
  EXPECT_EQ(propose(request).detail.field(), "signalIds");
  request.clear_signal_ids();
  request.set_page_size(501);
  EXPECT_EQ(propose(request).detail.field(), "pageSize");
  EXPECT_EQ(propose(about<v1::ProposeAnswersRequest>(kUnknownOrg)).detail.code(),
            "organisation.unknown");
}

TEST_F(ProposalsServiceTest, ReviewedAnswersAreStoredOnce) {
  const auto request = review();
  ASSERT_TRUE(submit(request).status.ok());
  ASSERT_EQ(reviewed_.results_size(), 1);
  EXPECT_EQ(reviewed_.results(0).feedback().state(), v1::FEEDBACK_STATE_QUEUED);
  EXPECT_FALSE(reviewed_.review_id().empty());
  ASSERT_TRUE(submit(request).status.ok());
  EXPECT_TRUE(reviewed_.results(0).repeated_submission());
  EXPECT_EQ(reviewed_.review_id(), "");
}

TEST_F(ProposalsServiceTest, NothingIsSentWithoutAPersonWhoReviewedIt) {
  auto request = review();
  request.set_reviewed(false);
  EXPECT_EQ(submit(request).detail.code(), "proposals.not_reviewed");
  request = review();
  request.clear_reviewed_by();
  EXPECT_EQ(submit(request).detail.code(), "proposals.reviewer_missing");
  request = review();
  request.mutable_reviewed_by()->set_id("u2");
  EXPECT_EQ(submit(request).detail.code(), "proposals.reviewer_differs");
  request = review();
  request.mutable_reviewed_by()->set_id("85.07.30-033.28");
  EXPECT_EQ(submit(request).detail.code(), "request.invalid");
  actor_id_ = "";
  EXPECT_EQ(answer("october", kSecond).detail.code(), "feedback.actor_missing");
  EXPECT_EQ(store_.counters().feedback_queued, 0);
}

}  // namespace
}  // namespace semafoor::rpc
