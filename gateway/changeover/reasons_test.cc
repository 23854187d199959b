// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/reasons.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <utility>

#include "gateway/changeover/return_states.h"

namespace semafoor::changeover {
namespace {

constexpr std::array kAll = {reason::kAnsweredBeforeList,
                             reason::kDetectedAfterList,
                             reason::kNoList,
                             reason::kListUnreadable,
                             reason::kBeforeParallel,
                             reason::kMutationAwaited,
                             reason::kNoIntegration,
                             reason::kMutationLost,
                             reason::kUnexplained,
                             reason::kRowUnanswered,
                             reason::kRowAnswerFailed,
                             reason::kRowCodeNotValid,
                             reason::kRowTwice,
                             reason::kRowOnTheWire,
                             reason::kRowAccepted,
                             reason::kRowOtherReturn,
                             reason::kRowHasCode,
                             reason::kRowSuperseded,
                             reason::kTooShort,
                             reason::kMonthWithoutList,
                             reason::kMonthUnreadable,
                             reason::kMonthDifferences,
                             reason::kAdopt,
                             reason::kWait,
                             reason::kOnLists,
                             reason::kOnElectronic};

TEST(Reasons, EachHasItsTextInFourLanguages) {
  for (const auto code : kAll) {
    const auto text = text_of(code);
    for (const auto& one : {text.nl(), text.fr(), text.de(), text.en()})
      EXPECT_FALSE(one.empty()) << code;
  }
  EXPECT_TRUE(text_of("channels.none_such").en().empty());
}

TEST(Reasons, WhatWouldBeLostIsNotHarmless) {
  EXPECT_FALSE(is_harmless(reason::kNoIntegration));
  EXPECT_FALSE(is_harmless(reason::kMutationLost));
  EXPECT_FALSE(is_harmless(reason::kUnexplained));
  EXPECT_TRUE(is_harmless(reason::kAnsweredBeforeList));
}

TEST(ReturnStates, WhatMayHaveArrivedIsNeverHandedOverAgain) {
  for (const auto state :
       {v1::RETURN_STATE_SENDING, v1::RETURN_STATE_SENT, v1::RETURN_STATE_OUTCOME_UNKNOWN,
        v1::RETURN_STATE_CONFIRMED, v1::RETURN_STATE_SETTLED, v1::RETURN_STATE_NAMED_AGAIN}) {
    EXPECT_FALSE(next_state(state, ReturnStep::hand_over));
    EXPECT_FALSE(next_state(state, ReturnStep::leave));
    EXPECT_FALSE(next_state(state, ReturnStep::fetch));
  }
}

TEST(ReturnStates, TheTableSaysEachThingOnce) {
  std::set<std::pair<int, int>> seen;
  for (const auto& its : kReturnTransitions)
    EXPECT_TRUE(seen.emplace(its.from, static_cast<int>(its.step)).second);
}

}  // namespace
}  // namespace semafoor::changeover
