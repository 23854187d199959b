// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/requests.h"

#include <charconv>

#include "gateway/domain/date.h"
#include "gateway/domain/dossier_number.h"
#include "gateway/domain/ssin.h"
#include "gateway/rpc/errors.h"

namespace semafoor::rpc {
namespace {

template <typename Number>
bool parse_all(std::string_view text, Number& value, int base = 10) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return problem == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<int> page_size(std::int32_t wanted, int normal, int most) {
  if (wanted == 0) return normal;
  if (wanted < 0 || wanted > most)
    return invalid("pageSize", "A page of " + std::to_string(wanted) +
                                   " entries was asked for. Ask for 1 to " + std::to_string(most) +
                                   ", or 0 for " + std::to_string(normal) + ".");
  return wanted;
}

Result<void> check_id(const std::string& id, const std::string& field) {
  if (id.empty() || id.size() > 64)
    return invalid(field, "The identifier in \"" + field +
                              "\" is missing or too long. Use one that a listing gave.");
  return {};
}

Result<void> check_length(const std::string& text, std::size_t most, const std::string& field) {
  if (text.size() > most)
    return invalid(field, "\"" + field + "\" holds " + std::to_string(text.size()) +
                              " bytes. Send at most " + std::to_string(most) + ".");
  return {};
}

Result<void> check_no_national_number(const std::string& text, const std::string& field) {
  std::string digits;
  for (const char c : text)
    if (c != '.' && c != '-' && c != '/' && c != ' ') digits += c;
  if (!domain::is_valid_ssin(digits)) return {};
  return invalid(field,
                 "\"" + field +
                     "\" is a national number. Who acts is kept in the audit and shown to "
                     "colleagues: send the identifier of the user's account in your product.");
}

Result<void> check_actor(const v1::Actor& actor, const std::string& field) {
  if (auto fine = check_length(actor.id(), 128, field + ".id"); !fine.ok()) return fine;
  if (auto fine = check_length(actor.name(), 128, field + ".name"); !fine.ok()) return fine;
  if (auto fine = check_no_national_number(actor.id(), field + ".id"); !fine.ok()) return fine;
  return check_no_national_number(actor.name(), field + ".name");
}

Result<void> check_ssin(const v1::Ssin& number, const std::string& field) {
  if (domain::is_valid_ssin(number.value())) return {};
  return invalid(
      field,
      "\"" + field + "\" is no national number. Send eleven digits with their check number.");
}

Result<std::string> person_of(bool present, const v1::Ssin& person, const std::string& field) {
  if (!present) return std::string();
  if (auto fine = check_ssin(person, field); !fine.ok()) return fine.error();
  return person.value();
}

Result<std::string> dossier_of(const std::string& number) {
  if (auto fine = check_length(number, 64, "dossierNumber"); !fine.ok()) return fine.error();
  std::string compared = domain::normalised_dossier(number);
  if (!number.empty() && compared.empty())
    return invalid("dossierNumber", "\"dossierNumber\" has neither a digit (but 0) nor a letter.");
  return compared;
}

Result<std::optional<int>> day_of(bool present, const v1::Date& date, const std::string& field) {
  if (!present || (date.year() == 0 && date.month() == 0 && date.day() == 0))
    return std::optional<int>();
  if (!domain::is_valid_date(date))
    return invalid(field, "\"" + field +
                              "\" is not a date of the calendar. Send year, month and "
                              "day as numbers.");
  return std::optional<int>(domain::date_number(date));
}

std::uint64_t filter_hash(const google::protobuf::Message& request) {
  // FNV-1a: tokens outlive a restart of the gateway.
  std::uint64_t hash = 14695981039346656037U;
  for (const unsigned char byte : request.SerializeAsString()) {
    hash ^= byte;
    hash *= 1099511628211U;
  }
  return hash;
}

std::string write_page_token(const PageToken& token, std::uint64_t filters) {
  return std::to_string(filters) + "." + std::to_string(token.changed) + "." + token.position;
}

Result<std::optional<PageToken>> read_page_token(const std::string& text, std::uint64_t filters) {
  if (text.empty()) return std::optional<PageToken>();
  const Error strange =
      invalid("pageToken",
              "The page token is not one of this listing. Use the nextPageToken of the previous "
              "page, with the same filters.");
  const std::string_view all(text);
  const auto first = all.find('.');
  const auto second = first == std::string_view::npos ? first : all.find('.', first + 1);
  std::uint64_t bound_to = 0;
  PageToken token;
  if (second == std::string_view::npos || text.size() > 512 ||
      !parse_all(all.substr(0, first), bound_to) ||
      !parse_all(all.substr(first + 1, second - first - 1), token.changed) || bound_to != filters)
    return strange;
  token.position = std::string(all.substr(second + 1));
  // Another spelling of the same numbers was not given out here.
  if (write_page_token(token, filters) != text) return strange;
  return std::optional<PageToken>(std::move(token));
}

Result<std::optional<std::int64_t>> read_cursor(const std::string& text, const std::string& field) {
  if (text.empty()) return std::optional<std::int64_t>();
  std::int64_t value = -1;
  if (!parse_all(std::string_view(text), value) || value < 0)
    return invalid(field, "\"" + field +
                              "\" is not a cursor this gateway gave out. Send one that "
                              "came with a former answer, or leave it empty.");
  return std::optional<std::int64_t>(value);
}

}  // namespace semafoor::rpc
