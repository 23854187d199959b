// SPDX-License-Identifier: Apache-2.0
//
// The providers of an organisation's e-Box: the one of the settings, or those of the registry as it
// was last read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/duties/clients.h"
#include "gateway/duties/clock.h"
#include "gateway/store/store.h"
#include "gateway/upstream/registry/choice.h"
#include "gateway/upstream/registry/kept.h"

namespace semafoor::mailbox {

// Cursor that keeps an organisation's last good registry.
inline constexpr char kKeptRegistry[] = "ebox.registry";
// Cursor that says that the registry was asked for and did not come.
inline constexpr char kMissedRegistry[] = "ebox.registry_missed";

struct EboxSources {
  // The one provider of the settings; used when there is no registry.
  duties::EboxSource ebox;
  // Both or none.
  duties::RegistrySource registry;
  duties::ProviderSource provider;
};

struct ProviderRules {
  // Of the settings. A provider of the registry with this address is this provider, whatever id the
  // registry gives it: otherwise its messages would come a second time under another identity.
  std::string settings_id;
  std::string settings_url;
  bool dialect3 = false;
};

// Gives the settings' own provider the settings' own id.
void adopt(upstream::registry::Registry& found, const ProviderRules& rules);

// Safe from several threads.
class Providers {
 public:
  Providers(store::Store& store, duties::Clock& clock, EboxSources sources, ProviderRules rules);

  bool has_registry() const { return static_cast<bool>(sources_.registry); }

  // While the organisation's registry could never be read: the provider of the settings, and
  // read_ms is 0; what was read by it keeps its identity when the registry comes. Nothing before it
  // was asked for, or when there is none.
  Result<std::optional<upstream::registry::Kept>> kept(store::Reader& reader,
                                                       const store::Org& org) const;
  // Ids of all providers that are known, called or not.
  Result<std::vector<std::string>> ids(store::Reader& reader, const store::Org& org) const;

  // Reads the registry and keeps it. What was known before stands when that fails.
  Result<upstream::registry::Registry> refresh(const store::Org& org, const std::stop_token& stop);

  // rest_error() when the provider is not to be called now, with what people should know of it.
  Result<std::shared_ptr<upstream::EboxClient>> client(const store::Org& org,
                                                       const std::string& provider) const;

  // For the administrator: each provider, called or not, and how it is doing.
  Result<void> describe(store::Reader& reader, const store::Org& org,
                        v1::OrganisationStatus& status) const;

 private:
  std::optional<upstream::registry::Kept> of_settings() const;

  store::Store& store_;
  duties::Clock& clock_;
  const EboxSources sources_;
  const ProviderRules rules_;
};

}  // namespace semafoor::mailbox
