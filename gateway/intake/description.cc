// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/description.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/domain/cbe_number.h"
#include "gateway/domain/date.h"
#include "gateway/domain/ssin.h"
#include "gateway/domain/text.h"

namespace semafoor::intake {
namespace {

// Characters in a subject at NSSO (official FAQ); 4 bytes each at most.
constexpr std::size_t kLongestText = 400 * 4;
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestActor = 128;

// The enumeration of contract 2.1.
constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kMediaTypes{{
    {"pdf", "application/pdf"},
    {"zip", "application/zip"},
    {"csv", "text/csv"},
    {"html", "text/html"},
    {"htm", "text/html"},
    {"txt", "text/plain"},
    {"xml", "text/xml"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"odg", "application/vnd.oasis.opendocument.graphics"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"doc", "application/msword"},
    {"dot", "application/msword"},
    {"xlt", "application/vnd.ms-excel"},
}};

Error wrong(const std::string& field, const std::string& what) {
  return {.kind = ErrorKind::invalid_argument,
          .code = "intake.invalid",
          .message = "Taking in a file: " + what,
          .field = field};
}

Result<void> check_text(const v1::LocalizedText& text, const std::string& field) {
  for (const std::string* one : {&text.nl(), &text.fr(), &text.de(), &text.en()})
    if (one->size() > kLongestText || !domain::is_utf8(*one))
      return wrong(field, field + " is longer than 400 characters, or no UTF-8. Shorten it.");
  return {};
}

// However it is punctuated.
bool is_national_number(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9')
      digits += c;
    else if (c != '.' && c != '-' && c != ' ' && c != '/')
      return false;
  }
  return domain::is_valid_ssin(digits);
}

Result<void> check_date(const std::optional<v1::Date>& date, const std::string& field) {
  if (!date || domain::is_valid_date(*date)) return {};
  return wrong(field, field + " is no date of the calendar. Correct it, or leave it out.");
}

}  // namespace

bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || name == "." || name == ".." ||
      !domain::is_utf8(name))
    return false;
  return std::ranges::none_of(name, [](char c) {
    return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

std::string media_type_of(std::string_view file_name) {
  const auto dot = file_name.rfind('.');
  std::string ending(dot == std::string_view::npos ? "" : file_name.substr(dot + 1));
  std::ranges::transform(ending, ending.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  for (const auto& [known, type] : kMediaTypes)
    if (ending == known) return std::string(type);
  return "application/octet-stream";
}

Result<void> check(Description& description) {
  if (!is_plain_name(description.file_name))
    return wrong("fileName",
                 "its name is empty, longer than 255 bytes, no UTF-8, or holds a path or control "
                 "characters. Give it a plain name.");
  if (auto fine = check_text(description.subject, "subject"); !fine) return fine;
  if (auto fine = check_text(description.sender_name, "senderName"); !fine) return fine;
  if (!description.sender_organisation.empty()) {
    const auto number = domain::CbeNumber::parse(description.sender_organisation);
    if (!number)
      return wrong("senderOrganisation",
                   "the sender's number is no enterprise number. Give its ten digits, or none.");
    description.sender_organisation = number->value();
  }
  if (auto fine = check_date(description.received_on, "receivedOn"); !fine) return fine;
  if (auto fine = check_date(description.expires_on, "expiresOn"); !fine) return fine;
  if (!v1::MessageFamily_IsValid(description.family))
    return wrong("family", "the family is not known. Use one of ListFamilies, or none.");
  if (description.message_type_id.size() > kLongestActor ||
      !domain::is_utf8(description.message_type_id))
    return wrong("messageTypeId", "the message type is longer than 128 bytes, or no UTF-8.");
  if (description.downloaded_by.size() > kLongestActor ||
      !domain::is_utf8(description.downloaded_by) || is_national_number(description.downloaded_by))
    return wrong("downloadedBy",
                 "who downloaded it is longer than 128 bytes, no UTF-8, or a national number. Give "
                 "a name or an account.");
  return {};
}

}  // namespace semafoor::intake
