// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/clients.h"

#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace semafoor::duties {

struct Clients::State {
  struct Entry {
    upstream::Credentials credentials;
    std::shared_ptr<upstream::EboxClient> ebox;
    std::shared_ptr<upstream::PodmiClient> podmi;
  };

  store::Store& store;
  std::shared_ptr<upstream::Upstreams> upstreams;
  std::mutex mutex;
  std::map<store::Org, Entry> entries;

  Result<upstream::Credentials> credentials_of(const store::Org& org) {
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
    if (found->client_id().empty() || found->key_name().empty()) {
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "organisation.no_credentials",
                   .message = "Looking up the credentials of " + org +
                              ": client id or key name is missing. Set both with semafoorctl."};
    }
    return upstream::Credentials{org, found->client_id(), found->key_name()};
  }

  // Called with the mutex held.
  Entry& entry_for(const upstream::Credentials& credentials) {
    auto& entry = entries[credentials.organisation];
    if (entry.credentials.client_id != credentials.client_id ||
        entry.credentials.key_name != credentials.key_name) {
      entry = Entry{credentials, nullptr, nullptr};
    }
    return entry;
  }
};

Clients::Clients(store::Store& store, std::shared_ptr<upstream::Upstreams> upstreams)
    : state_(new State{store, std::move(upstreams), {}, {}}) {}

Clients::~Clients() = default;

Result<std::shared_ptr<upstream::EboxClient>> Clients::ebox(const store::Org& org) {
  auto credentials = state_->credentials_of(org);
  if (!credentials) return credentials.error();
  const std::scoped_lock guard(state_->mutex);
  auto& entry = state_->entry_for(*credentials);
  if (!entry.ebox) {
    auto made = state_->upstreams->ebox(*credentials);
    if (!made) return made.error();
    entry.ebox = std::move(*made);
  }
  return entry.ebox;
}

Result<std::shared_ptr<upstream::PodmiClient>> Clients::podmi(const store::Org& org) {
  auto credentials = state_->credentials_of(org);
  if (!credentials) return credentials.error();
  const std::scoped_lock guard(state_->mutex);
  auto& entry = state_->entry_for(*credentials);
  if (!entry.podmi) {
    auto made = state_->upstreams->podmi(*credentials);
    if (!made) return made.error();
    entry.podmi = std::move(*made);
  }
  return entry.podmi;
}

EboxSource Clients::ebox_source() {
  return [this](const store::Org& org) { return ebox(org); };
}

PodmiSource Clients::podmi_source() {
  return [this](const store::Org& org) { return podmi(org); };
}

}  // namespace semafoor::duties
