// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ebox/query.h"

#include <charconv>

#include "tests/sandbox/content/families.h"

namespace semafoor::sandbox::ebox {
namespace {

std::string_view in_language(const content::Names& names, const std::string& language) {
  return language == "nl" ? names.nl : language == "fr" ? names.fr : names.de;
}

const std::string& in_language(const content::Text& text, const std::string& language) {
  return language == "nl" ? text.nl : language == "fr" ? text.fr : text.de;
}

bool speaks_of(const Query& query, const content::Message& message) {
  auto contains = [&](std::string_view text) {
    return fold(text).find(*query.text) != std::string::npos;
  };
  if (contains(in_language(message.subject, query.language)) || contains(message.attention_name) ||
      contains(message.attention_id)) {
    return true;
  }
  for (const auto& datum : message.business_data) {
    for (const auto& value : datum.values) {
      if (contains(in_language(value, query.language))) return true;
    }
  }
  const auto* family = content::find_family(message.type_id);
  if (family != nullptr && contains(in_language(family->name, query.language))) return true;
  for (const auto& application : content::sender_applications()) {
    if (application.id == message.sender_application &&
        contains(in_language(application.name, query.language))) {
      return true;
    }
  }
  for (const auto& organisation : content::sender_organisations()) {
    if (organisation.cbe == message.sender_organisation &&
        (contains(in_language(organisation.short_name, query.language)) ||
         contains(in_language(organisation.long_name, query.language)))) {
      return true;
    }
  }
  return false;
}

std::optional<int> read_int(const std::string& text) {
  int value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string fold(std::string_view text) {
  // U+00C0..U+00FF in order; a space stands for "as it is".
  constexpr std::string_view kBase =
      "aaaaaa ceeeeiiii nooooo ouuuuy  aaaaaa ceeeeiiii nooooo ouuuuy y";
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') {
      result += static_cast<char>(c - 'A' + 'a');
    } else if (static_cast<unsigned char>(c) == 0xc3 && i + 1 < text.size()) {
      auto place = static_cast<unsigned char>(text[i + 1]) & 0x3f;
      char base = kBase[place];
      ++i;
      if (base != ' ') {
        result += base;
      } else {
        // The capitals lie 32 below their small letters; of the two signs among them only ÷ and ×
        // are no letters.
        if (place < 0x1f && place != 0x17) place += 0x20;
        result += c;
        result += static_cast<char>(0x80 | place);
      }
    } else {
      result += c;
    }
  }
  return result;
}

std::variant<Page, std::string> read_page(const http::Call& call) {
  Page page;
  if (const auto* text = call.parameter("page")) {
    auto value = read_int(*text);
    if (!value || *value < 1) return "page must be a whole number from 1";
    page.number = *value;
  }
  if (const auto* text = call.parameter("pageSize")) {
    auto value = read_int(*text);
    if (!value || *value < 1 || *value > 100)
      return "pageSize must be a whole number from 1 to 100";
    page.size = *value;
  }
  return page;
}

std::variant<Query, std::string> read_query(const http::Call& call) {
  Query query;
  auto page = read_page(call);
  if (auto* why = std::get_if<std::string>(&page)) return *why;
  query.page = std::get<Page>(page);

  std::string wrong;
  auto day = [&](const char* name, std::optional<content::Day>& target) {
    const auto* text = call.parameter(name);
    if (text == nullptr) return;
    target = content::parse_day(*text);
    if (!target) wrong = std::string(name) + " must be a date yyyy-mm-dd";
  };
  auto truth = [&](const char* name, std::optional<bool>& target) {
    const auto* text = call.parameter(name);
    if (text == nullptr) return;
    if (*text != "true" && *text != "false") wrong = std::string(name) + " must be true or false";
    target = *text == "true";
  };
  auto word = [&](const char* name, std::optional<std::string>& target) {
    if (const auto* text = call.parameter(name)) target = *text;
  };
  day("receivedBefore", query.received_before);
  day("receivedAfter", query.received_after);
  day("expiredBefore", query.expired_before);
  day("expiredAfter", query.expired_after);
  truth("readStatus", query.read);
  truth("visible", query.visible);
  truth("registeredMail", query.registered_mail);
  word("messageTypeId", query.message_type);
  word("senderOrganizationId", query.sender_organisation);
  word("senderApplicationId", query.sender_application);
  if (const auto* language = call.parameter("qlang")) {
    query.language = *language;
    if (*language != "nl" && *language != "fr" && *language != "de") {
      wrong = "qlang must be nl, fr or de";
    }
  }
  if (const auto* text = call.parameter("q")) {
    query.text = fold(*text);
    if (query.language.empty()) wrong = "q needs qlang";
  }
  if (!wrong.empty()) return wrong;
  return query;
}

bool matches(const Query& query, const Entry& entry) {
  const auto& message = *entry.message;
  auto received = content::local_day(message.received);
  auto expires = content::local_day(message.expires);
  return (!query.received_before || received < *query.received_before) &&
         (!query.received_after || received > *query.received_after) &&
         (!query.expired_before || expires < *query.expired_before) &&
         (!query.expired_after || expires > *query.expired_after) &&
         (!query.read || entry.read == *query.read) &&
         (!query.visible || entry.visible == *query.visible) &&
         (!query.registered_mail || message.registered_mail == *query.registered_mail) &&
         (!query.message_type || message.type_id == *query.message_type) &&
         (!query.sender_organisation ||
          message.sender_organisation == *query.sender_organisation) &&
         (!query.sender_application || message.sender_application == *query.sender_application) &&
         (!query.text || speaks_of(query, message));
}

}  // namespace semafoor::sandbox::ebox
