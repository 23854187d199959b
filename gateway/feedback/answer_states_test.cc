// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/answer_states.h"

#include <gtest/gtest.h>

#include <set>

namespace semafoor::feedback {
namespace {

TEST(AnswerStates, TheUsualWay) {
  EXPECT_EQ(next_state(v1::FEEDBACK_STATE_QUEUED, AnswerStep::send), v1::FEEDBACK_STATE_SENDING);
  EXPECT_EQ(next_state(v1::FEEDBACK_STATE_SENDING, AnswerStep::received), v1::FEEDBACK_STATE_SENT);
  EXPECT_EQ(next_state(v1::FEEDBACK_STATE_SENT, AnswerStep::accepted), v1::FEEDBACK_STATE_ACCEPTED);
}

TEST(AnswerStates, AnUnknownOutcomeIsNeverCalledWithoutEffectNorGivenUp) {
  EXPECT_FALSE(next_state(v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, AnswerStep::no_effect));
  EXPECT_FALSE(next_state(v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, AnswerStep::give_up));
  EXPECT_EQ(next_state(v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, AnswerStep::send),
            v1::FEEDBACK_STATE_SENDING);
}

TEST(AnswerStates, WhatTheUpstreamHasIsNotSentAgain) {
  EXPECT_FALSE(next_state(v1::FEEDBACK_STATE_SENT, AnswerStep::send));
}

TEST(AnswerStates, WhatMayHaveArrivedCannotBeDiscarded) {
  for (const auto state :
       {v1::FEEDBACK_STATE_SENDING, v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, v1::FEEDBACK_STATE_SENT}) {
    EXPECT_FALSE(next_state(state, AnswerStep::discard));
    EXPECT_FALSE(next_state(state, AnswerStep::replay));
  }
}

TEST(AnswerStates, AJudgementIsTheEnd) {
  for (const auto state : {v1::FEEDBACK_STATE_ACCEPTED, v1::FEEDBACK_STATE_REFUSED,
                           v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED}) {
    EXPECT_TRUE(is_final(state));
    EXPECT_FALSE(in_flight(state));
    for (const auto step :
         {AnswerStep::send, AnswerStep::received, AnswerStep::unknown, AnswerStep::no_effect,
          AnswerStep::give_up, AnswerStep::accepted, AnswerStep::refused,
          AnswerStep::partially_accepted, AnswerStep::replay, AnswerStep::discard,
          AnswerStep::to_wire, AnswerStep::returned, AnswerStep::taken_back}) {
      EXPECT_FALSE(next_state(state, step));
    }
  }
}

TEST(AnswerStates, WhatWaitsForAListGoesOneWayOnly) {
  EXPECT_FALSE(next_state(v1::FEEDBACK_STATE_FOR_LIST, AnswerStep::send));
  EXPECT_EQ(next_state(v1::FEEDBACK_STATE_FOR_LIST, AnswerStep::to_wire),
            v1::FEEDBACK_STATE_QUEUED);
  for (const auto step : {AnswerStep::send, AnswerStep::to_wire, AnswerStep::discard})
    EXPECT_FALSE(next_state(v1::FEEDBACK_STATE_RETURNED, step));
  for (const auto state : {v1::FEEDBACK_STATE_QUEUED, v1::FEEDBACK_STATE_SENDING,
                           v1::FEEDBACK_STATE_SENT, v1::FEEDBACK_STATE_OUTCOME_UNKNOWN})
    EXPECT_FALSE(next_state(state, AnswerStep::returned));
  EXPECT_TRUE(in_flight(v1::FEEDBACK_STATE_FOR_LIST));
  EXPECT_TRUE(in_flight(v1::FEEDBACK_STATE_RETURNED));
}

TEST(AnswerStates, TheAuthorityHasTheLastWordAlsoOnADeadLetter) {
  EXPECT_EQ(next_state(v1::FEEDBACK_STATE_DEAD_LETTER, AnswerStep::accepted),
            v1::FEEDBACK_STATE_ACCEPTED);
}

TEST(AnswerStates, TheTableSaysEachThingOnce) {
  std::set<std::pair<int, int>> seen;
  for (const auto& transition : kAnswerTransitions) {
    EXPECT_TRUE(seen.emplace(transition.from, static_cast<int>(transition.step)).second);
  }
}

}  // namespace
}  // namespace semafoor::feedback
