// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/providers.h"

#include <algorithm>
#include <utility>

#include "gateway/duties/duty_log.h"
#include "gateway/mailbox/lane_names.h"

namespace semafoor::mailbox {
namespace {

namespace registry = upstream::registry;

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

v1::EboxProviderStanding standing_of(registry::Standing standing) {
  switch (standing) {
    case registry::Standing::active:
      return v1::EBOX_PROVIDER_STANDING_ACTIVE;
    case registry::Standing::not_yet_active:
      return v1::EBOX_PROVIDER_STANDING_NOT_YET_ACTIVE;
    case registry::Standing::deactivated:
      return v1::EBOX_PROVIDER_STANDING_DEACTIVATED;
    case registry::Standing::maintenance:
      return v1::EBOX_PROVIDER_STANDING_MAINTENANCE;
    case registry::Standing::dialect_off:
      return v1::EBOX_PROVIDER_STANDING_DIALECT_NOT_ENABLED;
    case registry::Standing::dialect_unknown:
      return v1::EBOX_PROVIDER_STANDING_DIALECT_UNKNOWN;
  }
  return v1::EBOX_PROVIDER_STANDING_UNSPECIFIED;
}

void add_duty(const std::vector<v1::DutyStatus>& duties, const std::string& name,
              v1::EboxProvider& provider) {
  for (const auto& duty : duties) {
    if (duty.name() != name) continue;
    if (duty.has_last_success()) *provider.mutable_last_success() = duty.last_success();
    if (duty.has_last_attempt()) *provider.mutable_last_attempt() = duty.last_attempt();
    provider.set_problem(duty.problem());
    provider.set_consecutive_failures(duty.consecutive_failures());
  }
}

}  // namespace

Providers::Providers(store::Store& store, duties::Clock& clock, EboxSources sources,
                     ProviderRules rules)
    : store_(store), clock_(clock), sources_(std::move(sources)), rules_(std::move(rules)) {}

void adopt(registry::Registry& found, const ProviderRules& rules) {
  const std::string url = without_slash(rules.settings_url);
  const auto named = std::ranges::find(found.providers, rules.settings_id, &registry::Provider::id);
  if (url.empty() || named != found.providers.end()) return;
  const auto same = std::ranges::find(found.providers, url, &registry::Provider::url);
  if (same != found.providers.end()) same->id = rules.settings_id;
}

Result<std::optional<registry::Kept>> Providers::kept(store::Reader& reader,
                                                      const store::Org& org) const {
  if (!has_registry()) return std::optional<registry::Kept>();
  auto text = reader.cursor(org, kKeptRegistry);
  if (!text) return text.error();
  if (!*text) {
    auto missed = reader.cursor(org, kMissedRegistry);
    if (!missed) return missed.error();
    return *missed ? of_settings() : std::nullopt;
  }
  auto kept = registry::read_kept(**text);
  if (kept) adopt(kept->registry, rules_);
  return kept;
}

std::optional<registry::Kept> Providers::of_settings() const {
  if (rules_.settings_url.empty()) return std::nullopt;
  registry::Kept settings;
  settings.registry.providers.push_back(
      {.id = rules_.settings_id, .url = without_slash(rules_.settings_url), .api_version = "2.1"});
  return settings;
}

Result<std::vector<std::string>> Providers::ids(store::Reader& reader,
                                                const store::Org& org) const {
  if (!has_registry()) return std::vector{rules_.settings_id};
  auto known = kept(reader, org);
  if (!known) return known.error();
  std::vector<std::string> ids;
  if (*known) {
    for (const auto& one : (*known)->registry.providers) ids.push_back(one.id);
  }
  return ids;
}

Result<registry::Registry> Providers::refresh(const store::Org& org, const std::stop_token& stop) {
  auto client = sources_.registry(org);
  if (!client) return client.error();
  auto fresh = (*client)->providers(stop);
  if (!fresh) {
    if (!duties::is_cancelled(fresh.error())) {
      auto noted = store_.write_and_wait(
          [&](store::Transaction& tx) { return tx.put_cursor(org, kMissedRegistry, "missed"); });
      if (!noted) return noted.error();
    }
    return fresh.error();
  }
  const auto text = registry::write_kept({*fresh, clock_.now_ms()});
  auto stored = store_.write_and_wait(
      [&](store::Transaction& tx) { return tx.put_cursor(org, kKeptRegistry, text); });
  if (!stored) return stored.error();
  adopt(*fresh, rules_);
  return fresh;
}

Result<std::shared_ptr<upstream::EboxClient>> Providers::client(const store::Org& org,
                                                                const std::string& provider) const {
  if (!has_registry()) return sources_.ebox(org);
  std::optional<registry::Kept> known;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto found = kept(reader, org);
    if (!found) return found.error();
    known = std::move(*found);
    return {};
  });
  if (!read) return read.error();
  // Not, or no longer, in the registry of this organisation.
  if (!known) return duties::rest_error("");
  const auto found =
      std::ranges::find(known->registry.providers, provider, &registry::Provider::id);
  if (found == known->registry.providers.end()) return duties::rest_error("");
  const auto choice = registry::choose(*found, clock_.now_ms(), rules_.dialect3);
  if (choice.standing == registry::Standing::active) {
    return sources_.provider(org, {found->id, found->url, choice.dialect});
  }
  return duties::rest_error(
      choice.is_missed() ? "Provider " + found->id + " " + choice.why + ": it is not called." : "");
}

Result<void> Providers::describe(store::Reader& reader, const store::Org& org,
                                 v1::OrganisationStatus& status) const {
  auto duties = reader.duties(org);
  if (!duties) return duties.error();
  if (!has_registry()) {
    auto& only = *status.add_ebox_providers();
    only.set_provider_id(rules_.settings_id);
    only.set_url(without_slash(rules_.settings_url));
    only.set_standing(v1::EBOX_PROVIDER_STANDING_ACTIVE);
    add_duty(*duties, names_of(rules_.settings_id, false).sync_duty, only);
    return {};
  }
  auto known = kept(reader, org);
  if (!known) return known.error();
  if (!*known) return {};
  if ((*known)->read_ms > 0) status.mutable_ebox_registry_read_at()->set_unix_ms((*known)->read_ms);
  for (const auto& one : (*known)->registry.providers) {
    const auto choice = registry::choose(one, clock_.now_ms(), rules_.dialect3);
    auto& shown = *status.add_ebox_providers();
    shown.set_provider_id(one.id);
    *shown.mutable_name() = one.name;
    shown.set_url(one.url);
    shown.set_api_version(one.api_version);
    shown.set_contact(one.contact);
    shown.set_standing(standing_of(choice.standing));
    shown.set_note(choice.why);
    add_duty(*duties, names_of(one.id, true).sync_duty, shown);
  }
  for (const auto& one : (*known)->registry.rejected) {
    auto& shown = *status.add_ebox_providers();
    shown.set_provider_id(one.id);
    shown.set_standing(v1::EBOX_PROVIDER_STANDING_UNREADABLE);
    shown.set_note("cannot be used: " + one.reason);
  }
  return {};
}

}  // namespace semafoor::mailbox
