// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/clients.h"

#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace semafoor::duties {

struct Clients::State {
  // A client and what it was made with.
  template <typename Client>
  struct Entry {
    upstream::Credentials credentials;
    std::shared_ptr<Client> client;
    // Of a provider of the registry only.
    upstream::EboxAddress address = {};
  };

  store::Store& store;
  std::shared_ptr<upstream::Upstreams> upstreams;
  std::mutex mutex;
  std::map<store::Org, Entry<upstream::EboxClient>> ebox;
  std::map<store::Org, Entry<upstream::RegistryClient>> registry;
  std::map<store::Org, Entry<upstream::PodmiClient>> podmi;
  // By organisation and provider id.
  std::map<std::pair<store::Org, std::string>, Entry<upstream::EboxClient>> providers;

  Result<v1::Organisation> organisation(const store::Org& org) {
    std::optional<v1::Organisation> found;
    auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto organisation = reader.organisation(org);
      if (!organisation) return organisation.error();
      found = std::move(*organisation);
      return {};
    });
    if (!read) return read.error();
    if (!found) {
      return Error{
          .kind = ErrorKind::not_found,
          .code = "organisation.unknown",
          .message = "Looking up the credentials of " + org +
                     ": this gateway does not know the organisation. Add it with semafoorctl."};
    }
    return *std::move(found);
  }

  // The service provider's, when one acts for the organisation.
  static Result<upstream::Credentials> for_ebox(const v1::Organisation& organisation) {
    if (!organisation.has_representative()) return own(organisation, "");
    const store::Org& org = organisation.organisation().value();
    const v1::Representative& provider = organisation.representative();
    if (provider.client_id().empty() || provider.key_name().empty()) return missing(org, "");
    return upstream::Credentials{.organisation = org,
                                 .client_id = provider.client_id(),
                                 .key_name = provider.key_name(),
                                 .representative = true};
  }

  static Result<upstream::Credentials> own(const v1::Organisation& organisation,
                                           const std::string& why) {
    const store::Org& org = organisation.organisation().value();
    if (organisation.client_id().empty() || organisation.key_name().empty())
      return missing(org, why);
    return upstream::Credentials{.organisation = org,
                                 .client_id = organisation.client_id(),
                                 .key_name = organisation.key_name()};
  }

  static Error missing(const store::Org& org, const std::string& why) {
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "organisation.no_credentials",
                 .message = "Looking up the credentials of " + org +
                            ": client id or key name is missing" + why +
                            ". Set both with semafoorctl."};
  }

  // What POD MI would answer to a service provider's client is of the service provider.
  static Result<upstream::Credentials> for_podmi(const v1::Organisation& organisation) {
    if (organisation.has_technical_account()) {
      const v1::TechnicalAccount& account = organisation.technical_account();
      return upstream::Credentials{.organisation = organisation.organisation().value(),
                                   .client_id = organisation.client_id(),
                                   .key_name = organisation.key_name(),
                                   .account = {.user = account.user(),
                                               .password_name = account.password_name(),
                                               .user_id = account.user_id(),
                                               .email = account.email()}};
    }
    return own(organisation,
               organisation.has_representative()
                   ? " (a service provider reads its e-Box, but for signals and answers the "
                     "organisation needs a client id of its own)"
                   : "");
  }

  // The client in `entries`, made when there is none for these credentials and this address.
  template <typename Key, typename Client, typename Make>
  Result<std::shared_ptr<Client>> client(std::map<Key, Entry<Client>>& entries, const Key& key,
                                         const Result<upstream::Credentials>& credentials,
                                         Make make, const upstream::EboxAddress& address = {}) {
    if (!credentials) return credentials.error();
    const std::scoped_lock guard(mutex);
    Entry<Client>& entry = entries[key];
    if (entry.client && entry.credentials == *credentials && entry.address == address) {
      return entry.client;
    }
    entry = {*credentials, nullptr, address};
    Result<std::shared_ptr<Client>> made = make(*credentials);
    if (made) entry.client = *made;
    return made;
  }
};

Clients::Clients(store::Store& store, std::shared_ptr<upstream::Upstreams> upstreams)
    : state_(new State{store, std::move(upstreams), {}, {}, {}, {}, {}}) {}

Clients::~Clients() = default;

Result<std::shared_ptr<upstream::EboxClient>> Clients::ebox(const store::Org& org) {
  const auto organisation = state_->organisation(org);
  if (!organisation) return organisation.error();
  return state_->client(
      state_->ebox, org, State::for_ebox(*organisation),
      [&](const auto& credentials) { return state_->upstreams->ebox(credentials); });
}

Result<std::shared_ptr<upstream::EboxClient>> Clients::ebox_at(
    const store::Org& org, const upstream::EboxAddress& address) {
  const auto organisation = state_->organisation(org);
  if (!organisation) return organisation.error();
  return state_->client(
      state_->providers, std::pair(org, address.provider_id), State::for_ebox(*organisation),
      [&](const auto& credentials) { return state_->upstreams->ebox_at(credentials, address); },
      address);
}

Result<std::shared_ptr<upstream::RegistryClient>> Clients::registry(const store::Org& org) {
  const auto organisation = state_->organisation(org);
  if (!organisation) return organisation.error();
  return state_->client(
      state_->registry, org, State::for_ebox(*organisation),
      [&](const auto& credentials) { return state_->upstreams->registry(credentials); });
}

Result<std::shared_ptr<upstream::PodmiClient>> Clients::podmi(const store::Org& org) {
  const auto organisation = state_->organisation(org);
  if (!organisation) return organisation.error();
  return state_->client(
      state_->podmi, org, State::for_podmi(*organisation),
      [&](const auto& credentials) { return state_->upstreams->podmi(credentials); });
}

Result<upstream::Credentials> Clients::ebox_credentials(const v1::Organisation& organisation) {
  return State::for_ebox(organisation);
}

Result<upstream::Credentials> Clients::podmi_credentials(const v1::Organisation& organisation) {
  return State::for_podmi(organisation);
}

EboxSource Clients::ebox_source() {
  return [this](const store::Org& org) { return ebox(org); };
}

ProviderSource Clients::provider_source() {
  return [this](const store::Org& org, const upstream::EboxAddress& address) {
    return ebox_at(org, address);
  };
}

RegistrySource Clients::registry_source() {
  return [this](const store::Org& org) { return registry(org); };
}

PodmiSource Clients::podmi_source() {
  return [this](const store::Org& org) { return podmi(org); };
}

}  // namespace semafoor::duties
