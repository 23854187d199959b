// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/registry/kept.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/upstream/registry/choice.h"
#include "gateway/upstream/registry/read_registry.h"

namespace semafoor::upstream::registry {
namespace {

using nlohmann::json;

json written(const v1::LocalizedText& text) {
  json result = json::object();
  for (const auto& [language, value] : {std::pair("nl", &text.nl()), std::pair("fr", &text.fr()),
                                        std::pair("de", &text.de()), std::pair("en", &text.en())}) {
    if (!value->empty()) result[language] = *value;
  }
  return result;
}

json written(const Provider& provider) {
  json result{{"messageProviderId", provider.id},
              {"messageProviderName", written(provider.name)},
              {"messageProviderDescription", written(provider.description)},
              {"messageProviderUrl", provider.url},
              {"messageProviderTechnicalContact", provider.contact},
              {"messageProviderPlannedMaintenance", json::array()},
              {"apiSupportedVersion", provider.api_version}};
  if (provider.activation) {
    result["messageProviderActivationDate"] = domain::write_date(*provider.activation);
  }
  if (provider.deactivation) {
    result["messageProviderDeactivationDate"] = domain::write_date(*provider.deactivation);
  }
  for (const Maintenance& one : provider.maintenance) {
    result["messageProviderPlannedMaintenance"].push_back(
        {{"startDate", written_moment(one.from_ms)}, {"endDate", written_moment(one.to_ms)}});
  }
  return result;
}

}  // namespace

std::string write_kept(const Kept& kept) {
  json providers = json::array();
  for (const Provider& one : kept.registry.providers) providers.push_back(written(one));
  json rejected = json::array();
  for (const auto& one : kept.registry.rejected) {
    rejected.push_back({{"id", one.id}, {"reason", one.reason}});
  }
  const json document{{"readMs", kept.read_ms},
                      {"messageProviders", std::move(providers)},
                      {"rejected", std::move(rejected)}};
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Kept> read_kept(std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("messageProviders") ||
      !document.contains("readMs") || !document["readMs"].is_number_integer()) {
    return std::nullopt;
  }
  auto registry = read_registry(document["messageProviders"].dump());
  if (!registry) return std::nullopt;
  Kept kept{.registry = std::move(*registry), .read_ms = document["readMs"].get<std::int64_t>()};
  if (document.contains("rejected") && document["rejected"].is_array()) {
    for (const json& one : document["rejected"]) {
      if (one.is_object() && one.contains("id") && one["id"].is_string() &&
          one.contains("reason") && one["reason"].is_string()) {
        kept.registry.rejected.push_back(
            {one["id"].get<std::string>(), one["reason"].get<std::string>()});
      }
    }
  }
  return kept;
}

}  // namespace semafoor::upstream::registry
