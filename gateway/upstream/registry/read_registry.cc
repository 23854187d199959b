// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/registry/read_registry.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/domain/result.h"
#include "gateway/upstream/http/url.h"
#include "gateway/upstream/json/slices.h"

namespace semafoor::upstream::registry {
namespace {

using nlohmann::json;

// Contract: minLength 1, maxLength 100.
constexpr std::size_t kLongestId = 100;
constexpr std::size_t kLongestUrl = 2'048;
// Of a text for people, in bytes; a registry needs no more, and all of it is kept.
constexpr std::size_t kLongestText = 1'024;
constexpr std::size_t kMostMaintenance = 100;

const json kNothing;

const json& member(const json& object, const char* name) {
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

std::string text(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

// Never a cut in the middle of a character.
std::string bounded(std::string value) {
  if (value.size() <= kLongestText) return value;
  std::size_t cut = kLongestText;
  while (cut > 0 && (static_cast<unsigned char>(value[cut]) & 0xC0U) == 0x80U) --cut;
  value.resize(cut);
  return value;
}

v1::LocalizedText localized(const json& value) {
  v1::LocalizedText result;
  result.set_nl(bounded(text(value, "nl")));
  result.set_fr(bounded(text(value, "fr")));
  result.set_de(bounded(text(value, "de")));
  result.set_en(bounded(text(value, "en")));
  return result;
}

bool is_usable_id(const std::string& id) {
  const auto characters = static_cast<std::size_t>(std::count_if(id.begin(), id.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
  return characters >= 1 && characters <= kLongestId &&
         std::none_of(id.begin(), id.end(), [](unsigned char c) { return c < ' ' || c == 127; });
}

// yyyy-mm-dd; a moment counts as its date. False: there is something, and it is no date.
bool read_date(const json& value, std::optional<v1::Date>& date) {
  if (value.is_null()) return true;
  if (!value.is_string()) return false;
  std::string written = value.get<std::string>();
  if (written.empty()) return true;
  if (written.size() > 10 && written[10] == 'T') written.resize(10);
  date = domain::parse_date(written);
  return date.has_value();
}

std::vector<Maintenance> read_maintenance(const json& list) {
  std::vector<Maintenance> all;
  if (!list.is_array()) return all;
  for (const json& one : list) {
    const auto from = domain::parse_moment(text(one, "startDate"));
    const auto to = domain::parse_moment(text(one, "endDate"));
    if (from && to && *from < *to && all.size() < kMostMaintenance) all.push_back({*from, *to});
  }
  return all;
}

Error reason(const std::string& why) {
  return Error{.kind = ErrorKind::data_loss, .code = "registry.entry", .message = why};
}

Result<Provider> read_provider(const json& value) {
  if (!value.is_object()) return reason("it is not a well-formed JSON object");
  Provider provider;
  provider.id = text(value, "messageProviderId");
  if (!is_usable_id(provider.id)) {
    return reason("its messageProviderId is not a text of 1 to 100 characters");
  }
  const std::string url = text(value, "messageProviderUrl");
  const auto checked = checked_base_url(url, "messageProviderUrl");
  if (!checked || url.size() > kLongestUrl) {
    return reason(
        "its messageProviderUrl is not a plain https address (http is for this machine only)");
  }
  provider.url = *checked;
  if (!read_date(member(value, "messageProviderActivationDate"), provider.activation)) {
    return reason("its messageProviderActivationDate is not a date");
  }
  if (!read_date(member(value, "messageProviderDeactivationDate"), provider.deactivation)) {
    return reason("its messageProviderDeactivationDate is not a date");
  }
  const json& version = member(value, "apiSupportedVersion");
  // A careless registry writes 2.1 without quotes.
  provider.api_version =
      version.is_number() ? version.dump() : bounded(text(value, "apiSupportedVersion"));
  if (provider.api_version.empty()) return reason("it states no apiSupportedVersion");
  provider.name = localized(member(value, "messageProviderName"));
  provider.description = localized(member(value, "messageProviderDescription"));
  provider.contact = bounded(text(value, "messageProviderTechnicalContact"));
  provider.maintenance = read_maintenance(member(value, "messageProviderPlannedMaintenance"));
  return provider;
}

}  // namespace

std::optional<Registry> read_registry(std::string_view body) {
  const auto elements = array_elements(body);
  if (!elements) return std::nullopt;
  Registry registry;
  std::set<std::string> known;
  std::size_t place = 0;
  for (const std::string_view element : *elements) {
    ++place;
    const json value = json::parse(element, nullptr, false);
    Result<Provider> provider = read_provider(value);
    if (provider && known.contains(provider->id)) provider = reason("its id stands there twice");
    if (provider && registry.providers.size() == kMostProviders) {
      provider =
          reason("there are more than " + std::to_string(kMostProviders) + " providers before it");
    }
    if (provider) {
      known.insert(provider->id);
      registry.providers.push_back(std::move(*provider));
      continue;
    }
    if (registry.rejected.size() >= kMostProviders) continue;
    const std::string id = text(value, "messageProviderId");
    registry.rejected.push_back(
        {is_usable_id(id) ? id : "entry " + std::to_string(place), provider.error().message});
  }
  return registry;
}

}  // namespace semafoor::upstream::registry
