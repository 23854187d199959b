// SPDX-License-Identifier: Apache-2.0
//
// Why a signal came by one way only, why a row goes back without a code, and what keeps an
// organisation on its lists: stable codes with their texts. All are conclusions of this project
// from what is public (docs/channels.md); none is the authority's word.
#pragma once

#include <string_view>

#include "semafoor/v1/common.pb.h"

namespace semafoor::changeover {

namespace reason {
// By mutation only.
inline constexpr std::string_view kAnsweredBeforeList = "channels.answered_before_list";
inline constexpr std::string_view kDetectedAfterList = "channels.detected_after_list";
inline constexpr std::string_view kNoList = "channels.no_list";
inline constexpr std::string_view kListUnreadable = "channels.list_unreadable";
// By list only.
inline constexpr std::string_view kBeforeParallel = "channels.before_parallel";
inline constexpr std::string_view kMutationAwaited = "channels.mutation_awaited";
inline constexpr std::string_view kNoIntegration = "channels.no_integration";
inline constexpr std::string_view kMutationLost = "channels.mutation_lost";
// Either.
inline constexpr std::string_view kUnexplained = "channels.unexplained";

// Of rows that go back without a code.
inline constexpr std::string_view kRowUnanswered = "channels.row_unanswered";
inline constexpr std::string_view kRowAnswerFailed = "channels.row_answer_failed";
inline constexpr std::string_view kRowCodeNotValid = "channels.row_code_not_valid";
inline constexpr std::string_view kRowTwice = "channels.row_twice";
inline constexpr std::string_view kRowOnTheWire = "channels.row_on_the_wire";
inline constexpr std::string_view kRowAccepted = "channels.row_accepted";
inline constexpr std::string_view kRowOtherReturn = "channels.row_other_return";
inline constexpr std::string_view kRowHasCode = "channels.row_has_code";
inline constexpr std::string_view kRowSuperseded = "channels.row_superseded";

// Obstacles.
inline constexpr std::string_view kTooShort = "channels.too_short";
inline constexpr std::string_view kMonthWithoutList = "channels.month_without_list";
inline constexpr std::string_view kMonthUnreadable = "channels.month_unreadable";
inline constexpr std::string_view kMonthDifferences = "channels.month_differences";
// Advice.
inline constexpr std::string_view kAdopt = "channels.adopt_electronic";
inline constexpr std::string_view kWait = "channels.wait";
inline constexpr std::string_view kOnLists = "channels.on_lists";
inline constexpr std::string_view kOnElectronic = "channels.on_electronic";
}  // namespace reason

// Empty for an unknown code.
v1::LocalizedText text_of(std::string_view code);
// Of a difference: nothing would have been lost without the lists, and somebody knows why.
bool is_harmless(std::string_view code);
// Of a row: somebody has to do something before it can go back.
bool is_missing(std::string_view code);

}  // namespace semafoor::changeover
