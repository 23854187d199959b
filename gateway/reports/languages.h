// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/domain/language.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::reports {

using domain::Language;

// Empty means nl; nothing for a language there is none of.
std::optional<Language> language_of(std::string_view code);
// In that language; where it is not available, in the first of nl, fr, de, en that is.
std::string text_in(Language language, const v1::LocalizedText& text);

}  // namespace semafoor::reports
