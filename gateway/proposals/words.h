// SPDX-License-Identifier: Apache-2.0
//
// Days, periods and amounts in plain words of the four languages.
#pragma once

#include <array>
#include <string>

#include "gateway/domain/language.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::proposals {

using domain::Language;
inline constexpr std::array kLanguages{Language::nl, Language::fr, Language::de, Language::en};

// The member of `text` for `language`.
std::string* member(v1::LocalizedText& text, Language language);

// "3 september 2026", "1er septembre 2026", "3. September 2026".
std::string day_text(const v1::Date& date, Language language);
// With what goes before it: "van juli 2026", "du 3e trimestre 2026", "vom 1. Juli 2026 bis 15. Juli
// 2026"; empty for a period that is not told.
std::string period_text(const v1::Period& period, Language language);
// "12,50 euro".
std::string money_text(std::int64_t eurocents, Language language);

}  // namespace semafoor::proposals
