// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "plugins/feedback/code_cache.h"
#include "plugins/kit/testing/plugin_fixture.h"
#include "semafoor/v1/channels.pb.h"
#include "semafoor/v1/proposals.pb.h"

namespace semafoor::feedback {
namespace {

using ::testing::HasSubstr;

constexpr char kSubmit[] = "/semafoor.v1.Feedback/SubmitFeedback";
constexpr char kCodes[] = "/semafoor.v1.Feedback/ListFeedbackCodes";
constexpr char kPropose[] = "/semafoor.v1.Proposals/ProposeAnswers";
constexpr char kReviewed[] = "/semafoor.v1.Proposals/SubmitReviewed";
constexpr int kToday = 20261123;

v1::Date date(int year, int month, int day) {
  v1::Date made;
  made.set_year(year);
  made.set_month(month);
  made.set_day(day);
  return made;
}

v1::ListFeedbackCodesResponse code_list() {
  v1::ListFeedbackCodesResponse list;
  list.add_codes()->set_code("X-ALWAYS");
  auto* past = list.add_codes();
  past->set_code("X-PAST");
  *past->mutable_valid_to() = date(2026, 11, 22);
  auto* last_day = list.add_codes();
  last_day->set_code("X-LAST-DAY");
  *last_day->mutable_valid_to() = date(2026, 11, 23);
  auto* future = list.add_codes();
  future->set_code("X-FUTURE");
  *future->mutable_valid_from() = date(2026, 11, 24);
  auto* decision = list.add_codes();
  decision->set_code("X-DECISION");
  decision->set_requires_decision_reference(true);
  return list;
}

v1::FeedbackDraft draft(const std::string& code) {
  v1::FeedbackDraft made;
  made.set_signal_id("s1");
  made.set_code(code);
  return made;
}

std::string problem_with(const v1::FeedbackDraft& one) {
  const auto found = problem_of(one, code_list(), kToday);
  return found ? found->code() : "";
}

TEST(Validation, ACodeIsGoodFromItsFirstDayToItsLast) {
  EXPECT_EQ(problem_with(draft("X-ALWAYS")), "");
  EXPECT_EQ(problem_with(draft("X-LAST-DAY")), "");
  EXPECT_EQ(problem_with(draft("X-PAST")), "feedback.code_expired");
  EXPECT_EQ(problem_with(draft("X-FUTURE")), "feedback.code_not_yet_valid");
  EXPECT_EQ(problem_with(draft("X-NONE")), "feedback.code_unknown");
  EXPECT_EQ(problem_with(draft("")), "feedback.code_unknown");
}

TEST(Validation, OfACodeWithSeveralPeriodsTheRowOfTodayCounts) {
  auto list = code_list();
  auto* former = list.add_codes();
  former->set_code("X-TWICE");
  *former->mutable_valid_to() = date(2026, 10, 31);
  auto* present = list.add_codes();
  present->set_code("X-TWICE");
  *present->mutable_valid_from() = date(2026, 11, 1);
  EXPECT_FALSE(problem_of(draft("X-TWICE"), list, kToday));
  EXPECT_FALSE(problem_of(draft("X-TWICE"), list, 20261031));
}

TEST(Validation, WhatACodeAsksForMustBeThereAndFit) {
  auto one = draft("X-DECISION");
  EXPECT_EQ(problem_with(one), "feedback.decision_reference_missing");
  one.set_decision_reference("2026/17");
  EXPECT_EQ(problem_with(one), "");
  one.set_decision_reference(std::string(33, 'a'));
  EXPECT_EQ(problem_with(one), "feedback.decision_reference_too_long");
  auto remark = draft("X-ALWAYS");
  std::string accents;
  for (int i = 0; i < 256; ++i) accents += "é";
  remark.set_remark(accents);
  EXPECT_EQ(problem_with(remark), "") << "characters are counted, not bytes";
  remark.set_remark(accents + "e");
  EXPECT_EQ(problem_with(remark), "feedback.remark_too_long");
  auto nothing = draft("X-ALWAYS");
  nothing.clear_signal_id();
  EXPECT_EQ(problem_with(nothing), "feedback.signal_missing");
}

class FeedbackTest : public kit::testing::PluginTest {
 protected:
  FeedbackTest() {
    gateway_.answer(kCodes, code_list());
    gateway_.answer(kSubmit, v1::SubmitFeedbackResponse());
  }
  v1::SubmitFeedbackRequest sent(std::size_t number) const {
    v1::SubmitFeedbackRequest request;
    EXPECT_TRUE(request.ParseFromString(gateway_.seen(kSubmit).at(number).request));
    return request;
  }
};

TEST_F(FeedbackTest, AnAnswerWithoutAClientIdGetsOneAndAGivenOneStays) {
  ASSERT_EQ(call("Feedback/SubmitFeedback",
                 R"({"items":[{"signalId":"s1","code":"X-ALWAYS"},
                              {"clientId":"mine","signalId":"s2","code":"X-ALWAYS"}]})"),
            SEMAFOOR_OK)
      << problem_.message;
  EXPECT_EQ(sent(0).items(0).client_id().size(), 36U);
  EXPECT_EQ(sent(0).items(1).client_id(), "mine");
}

TEST_F(FeedbackTest, AFailureTellsTheClientIdsUnderWhichToRepeat) {
  gateway_.on(kSubmit, [](const kit::testing::Seen&) {
    return kit::testing::Outcome{.status = SEMAFOOR_UNAVAILABLE,
                                 .message = "The connection broke."};
  });
  EXPECT_EQ(call("Feedback/SubmitFeedback", R"({"items":[{"signalId":"s1","code":"X-ALWAYS"}]})"),
            SEMAFOOR_UNAVAILABLE);
  const auto details = nlohmann::json::parse(problem_.details);
  EXPECT_EQ(details["client_ids"][0], sent(0).items(0).client_id());
}

TEST_F(FeedbackTest, ReviewedAnswersGetTheirClientIdsOnceToo) {
  gateway_.on(kReviewed, [](const kit::testing::Seen&) {
    return kit::testing::Outcome{.status = SEMAFOOR_UNAVAILABLE,
                                 .message = "The connection broke."};
  });
  EXPECT_EQ(call("Proposals/SubmitReviewed",
                 R"({"reviewed":true,"reviewedBy":{"id":"an"},"items":[
                      {"draft":{"signalId":"s1","code":"X-ALWAYS"},"signalVersion":"3"},
                      {"draft":{"clientId":"mine","signalId":"s2","code":"X-ALWAYS"}}]})"),
            SEMAFOOR_UNAVAILABLE);
  v1::SubmitReviewedRequest request;
  ASSERT_TRUE(request.ParseFromString(gateway_.seen(kReviewed).at(0).request));
  EXPECT_EQ(request.items(0).draft().client_id().size(), 36U);
  EXPECT_EQ(request.items(0).signal_version(), 3);
  EXPECT_EQ(request.items(1).draft().client_id(), "mine");
  EXPECT_EQ(request.reviewed_by().id(), "an");
  const auto details = nlohmann::json::parse(problem_.details);
  EXPECT_EQ(details["client_ids"][0], request.items(0).draft().client_id());
  EXPECT_EQ(details["client_ids"][1], "mine");
}

TEST_F(FeedbackTest, ProposalsAreAskedForThroughThePlugin) {
  v1::ProposeAnswersResponse proposals;
  auto& one = *proposals.add_proposals();
  one.set_signal_id("s1");
  one.set_outcome(v1::PROPOSAL_OUTCOME_PROPOSED);
  one.set_code("X-ALWAYS");
  gateway_.answer(kPropose, proposals);
  ASSERT_EQ(call("Proposals/ProposeAnswers", R"({"signalIds":["s1"]})"), SEMAFOOR_OK)
      << problem_.message;
  EXPECT_EQ(nlohmann::json::parse(body_)["proposals"][0]["outcome"], "PROPOSAL_OUTCOME_PROPOSED");
}

TEST_F(FeedbackTest, ValidationAnswersFromTheListThatIsKept) {
  const char* const drafts =
      R"({"items":[{"signalId":"s1","code":"X-ALWAYS"},{"signalId":"s2","code":"X-NONE"}]})";
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(call("LocalFeedback/ValidateFeedback", drafts), SEMAFOOR_OK) << problem_.message;
    const auto problems = nlohmann::json::parse(body_)["problems"];
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0]["index"], 1);
    EXPECT_EQ(problems[0]["problem"]["code"], "feedback.code_unknown");
  }
  EXPECT_EQ(gateway_.seen(kCodes).size(), 1U);
}

TEST_F(FeedbackTest, ARefusalMakesTheListBeAskedForAgain) {
  ASSERT_EQ(call("LocalFeedback/ValidateFeedback", "{}"), SEMAFOOR_OK);
  v1::PullEventsResponse events;
  auto* refused = events.add_events();
  refused->set_sequence(1);
  refused->set_type("feedback.refused");
  refused->set_cursor("1");
  gateway_.answer("/semafoor.v1.Modules/PullEvents", events);
  const semafoor_event* event = nullptr;
  const auto& table = extension<semafoor_events_v1>(SEMAFOOR_EXT_EVENTS);
  ASSERT_EQ(table.next(instance_, 0, &event, nullptr), SEMAFOOR_OK);
  event->release(event);
  ASSERT_EQ(call("LocalFeedback/ValidateFeedback", "{}"), SEMAFOOR_OK);
  EXPECT_EQ(gateway_.seen(kCodes).size(), 2U);
}

TEST_F(FeedbackTest, WithoutAListThereIsNoVerdict) {
  gateway_.on(kCodes, [](const kit::testing::Seen&) {
    return kit::testing::Outcome{.status = SEMAFOOR_E_GATEWAY_ABSENT, .message = "Nobody there."};
  });
  EXPECT_EQ(call("LocalFeedback/ValidateFeedback", "{}"), SEMAFOOR_E_GATEWAY_ABSENT);
}

TEST_F(FeedbackTest, ChannelsAndReturnsAreCalledThroughItAndAdministeredElsewhere) {
  v1::GetChannelResponse channel;
  channel.mutable_channel()->set_mode(v1::CHANNEL_MODE_LISTS);
  channel.set_answers_for_list(12);
  gateway_.answer("/semafoor.v1.Channels/GetChannel", channel);
  ASSERT_EQ(call("Channels/GetChannel", "{}"), SEMAFOOR_OK) << problem_.message;
  const auto shown = nlohmann::json::parse(body_);
  EXPECT_EQ(shown["channel"]["mode"], "CHANNEL_MODE_LISTS");
  EXPECT_EQ(shown["answersForList"], "12");
  v1::GetReturnFileResponse file;
  file.set_piece("a;b");
  gateway_.answer("/semafoor.v1.Channels/GetReturnFile", file);
  ASSERT_EQ(call("Channels/GetReturnFile", R"({"returnId":"r1"})"), SEMAFOOR_OK);
  EXPECT_EQ(nlohmann::json::parse(body_)["piece"], "YTti");
  EXPECT_NE(call("ChannelsAdmin/SetChannel", "{}"), SEMAFOOR_OK);
}

}  // namespace
}  // namespace semafoor::feedback
