// SPDX-License-Identifier: Apache-2.0
#include "gateway/reports/languages.h"

namespace semafoor::reports {

std::optional<Language> language_of(std::string_view code) {
  if (code.empty() || code == "nl") return Language::nl;
  if (code == "fr") return Language::fr;
  if (code == "de") return Language::de;
  if (code == "en") return Language::en;
  return std::nullopt;
}

std::string text_in(Language language, const v1::LocalizedText& text) {
  const std::string* wanted = nullptr;
  switch (language) {
    case Language::nl:
      wanted = &text.nl();
      break;
    case Language::fr:
      wanted = &text.fr();
      break;
    case Language::de:
      wanted = &text.de();
      break;
    case Language::en:
      wanted = &text.en();
      break;
  }
  if (!wanted->empty()) return *wanted;
  for (const std::string* other : {&text.nl(), &text.fr(), &text.de(), &text.en()})
    if (!other->empty()) return *other;
  return {};
}

}  // namespace semafoor::reports
