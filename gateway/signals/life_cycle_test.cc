// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "gateway/domain/signal_life_cycle.h"

namespace semafoor::signals {
namespace {

using domain::next_state;
using domain::SignalAction;

TEST(SignalLifeCycle, PeopleMoveASignalTowardsItsAnswer) {
  EXPECT_EQ(next_state(v1::SIGNAL_STATE_RECEIVED, SignalAction::assign, true),
            v1::SIGNAL_STATE_ASSIGNED);
  EXPECT_EQ(next_state(v1::SIGNAL_STATE_ASSIGNED, SignalAction::investigate, true),
            v1::SIGNAL_STATE_INVESTIGATED);
  EXPECT_EQ(next_state(v1::SIGNAL_STATE_INVESTIGATED, SignalAction::answer, true),
            v1::SIGNAL_STATE_ANSWERED);
  EXPECT_EQ(next_state(v1::SIGNAL_STATE_ANSWERED, SignalAction::accepted, true),
            v1::SIGNAL_STATE_CLOSED);
}

TEST(SignalLifeCycle, ARefusedAnswerAwaitsAnotherOne) {
  EXPECT_EQ(next_state(v1::SIGNAL_STATE_ANSWERED, SignalAction::refused, false),
            v1::SIGNAL_STATE_ANSWER_REFUSED);
  EXPECT_EQ(next_state(v1::SIGNAL_STATE_ANSWER_REFUSED, SignalAction::answer, false),
            v1::SIGNAL_STATE_ANSWERED);
}

TEST(SignalLifeCycle, ACodeThatKeepsTheSignalOpenGivesItBackToItsHandler) {
  EXPECT_EQ(next_state(v1::SIGNAL_STATE_ANSWERED, SignalAction::accepted_open, true),
            v1::SIGNAL_STATE_ASSIGNED);
  EXPECT_EQ(next_state(v1::SIGNAL_STATE_ANSWERED, SignalAction::accepted_open, false),
            v1::SIGNAL_STATE_RECEIVED);
}

TEST(SignalLifeCycle, AnAnsweredSignalIsNotTouchedByPeopleAndAClosedOneByNobody) {
  for (const auto action : {SignalAction::assign, SignalAction::unassign, SignalAction::investigate,
                            SignalAction::answer}) {
    EXPECT_FALSE(next_state(v1::SIGNAL_STATE_ANSWERED, action, true));
  }
  for (const auto action : {SignalAction::assign, SignalAction::unassign, SignalAction::investigate,
                            SignalAction::answer, SignalAction::accepted,
                            SignalAction::accepted_open, SignalAction::refused}) {
    EXPECT_FALSE(next_state(v1::SIGNAL_STATE_CLOSED, action, true));
  }
}

TEST(SignalLifeCycle, WhatWaitsForAnAnswerMayBeSupersededAndWhatIsOnItsWayMayNot) {
  for (const auto from : {v1::SIGNAL_STATE_RECEIVED, v1::SIGNAL_STATE_ASSIGNED,
                          v1::SIGNAL_STATE_INVESTIGATED, v1::SIGNAL_STATE_ANSWER_REFUSED}) {
    EXPECT_EQ(next_state(from, SignalAction::supersede, false), v1::SIGNAL_STATE_SUPERSEDED);
  }
  EXPECT_FALSE(next_state(v1::SIGNAL_STATE_ANSWERED, SignalAction::supersede, false));
  EXPECT_FALSE(next_state(v1::SIGNAL_STATE_CLOSED, SignalAction::supersede, false));
  for (const auto action : {SignalAction::assign, SignalAction::unassign, SignalAction::investigate,
                            SignalAction::answer}) {
    EXPECT_FALSE(next_state(v1::SIGNAL_STATE_SUPERSEDED, action, true));
  }
  // An answer that was given up on reached the authority after all.
  EXPECT_EQ(next_state(v1::SIGNAL_STATE_SUPERSEDED, SignalAction::accepted, true),
            v1::SIGNAL_STATE_CLOSED);
}

TEST(SignalLifeCycle, TheTableSaysEachThingOnce) {
  std::set<std::pair<int, int>> seen;
  for (const auto& transition : domain::kSignalTransitions) {
    EXPECT_TRUE(seen.emplace(transition.from, static_cast<int>(transition.action)).second);
  }
}

}  // namespace
}  // namespace semafoor::signals
