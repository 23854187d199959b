// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/members.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "gateway/domain/date.h"

namespace semafoor::upstream::ebox21 {
namespace {

using nlohmann::json;

const json kNothing;

std::string identity_of(const json& value) {
  std::string id = value.is_number_unsigned() ? std::to_string(value.get<std::uint64_t>())
                   : value.is_string()        ? value.get<std::string>()
                                              : std::string();
  const bool usable =
      id.size() <= kLongestId && id != "." && id != ".." &&
      std::none_of(id.begin(), id.end(), [](unsigned char c) { return c < ' ' || c == 127; });
  return usable ? id : std::string();
}

}  // namespace

bool flag(const json& object, const char* name, bool when_absent) {
  const json& value = member(object, name);
  return value.is_boolean() ? value.get<bool>() : when_absent;
}

std::optional<double> kilobytes(const json& object, const char* name) {
  const json& value = member(object, name);
  if (!value.is_number()) return std::nullopt;
  return std::max(0.0, value.get<double>());
}

std::optional<std::int64_t> count(const json& object, const char* name) {
  const json& value = member(object, name);
  // A number beyond 63 bits would come out negative.
  if (!value.is_number_integer() || value.get<std::int64_t>() < 0) return std::nullopt;
  return value.get<std::int64_t>();
}

std::string day(const json& object, const char* name) {
  std::string date = text(object, name).substr(0, 10);
  return domain::parse_date(date) ? date : std::string();
}

std::string identity(const json& object, const char* name) {
  return identity_of(member(object, name));
}

std::vector<std::string> identities(const json& object, const char* name) {
  std::vector<std::string> ids;
  for (const json& one : items(member(object, name))) {
    if (std::string id = identity_of(one); !id.empty()) ids.push_back(std::move(id));
  }
  return ids;
}

v1::LocalizedText localized(const json& value) {
  v1::LocalizedText result;
  result.set_nl(text(value, "nl"));
  result.set_fr(text(value, "fr"));
  result.set_de(text(value, "de"));
  result.set_en(text(value, "en"));
  return result;
}

bool is_empty(const v1::LocalizedText& value) {
  return value.nl().empty() && value.fr().empty() && value.de().empty() && value.en().empty();
}

const json& items(const json& list) {
  const json& inside = list.is_array() ? list : member(list, "items");
  return inside.is_array() ? inside : kNothing;
}

std::string ten_digits(std::string number) {
  const bool digits = !number.empty() && std::all_of(number.begin(), number.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
  if (digits && number.size() < 10) number.insert(0, 10 - number.size(), '0');
  return number;
}

}  // namespace semafoor::upstream::ebox21
