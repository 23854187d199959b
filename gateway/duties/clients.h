// SPDX-License-Identifier: Apache-2.0
//
// The upstream clients of each organisation, made once per set of credentials and shared by all
// duties.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "gateway/upstream/upstreams.h"

namespace semafoor::duties {

// Safe from several threads. A source may make the client anew when the organisation's settings
// change; the caller keeps a client for one piece of work, not for longer.
using EboxSource = std::function<Result<std::shared_ptr<upstream::EboxClient>>(const store::Org&)>;
using PodmiSource =
    std::function<Result<std::shared_ptr<upstream::PodmiClient>>(const store::Org&)>;

// A provider of the registry, and the registry itself, under the organisation's token.
using ProviderSource = std::function<Result<std::shared_ptr<upstream::EboxClient>>(
    const store::Org&, const upstream::EboxAddress&)>;
using RegistrySource =
    std::function<Result<std::shared_ptr<upstream::RegistryClient>>(const store::Org&)>;

// Reads client id and key name from the stored organisation: for the e-Box those of the service
// provider that acts for it, when there is one, at each provider and at the registry of providers;
// for POD MI always its own. Errors: "organisation.unknown", "organisation.no_credentials", and
// what the upstream room says.
class Clients {
 public:
  Clients(store::Store& store, std::shared_ptr<upstream::Upstreams> upstreams);
  ~Clients();
  Result<std::shared_ptr<upstream::EboxClient>> ebox(const store::Org& org);
  // One per provider id; made anew when the registry gives it another address or dialect.
  Result<std::shared_ptr<upstream::EboxClient>> ebox_at(const store::Org& org,
                                                        const upstream::EboxAddress& address);
  Result<std::shared_ptr<upstream::RegistryClient>> registry(const store::Org& org);
  Result<std::shared_ptr<upstream::PodmiClient>> podmi(const store::Org& org);

  // With what an organisation's clients are made; the errors are those above.
  static Result<upstream::Credentials> ebox_credentials(const v1::Organisation& organisation);
  static Result<upstream::Credentials> podmi_credentials(const v1::Organisation& organisation);

  // Sources that keep `this` by reference: they must not outlive it.
  EboxSource ebox_source();
  ProviderSource provider_source();
  RegistrySource registry_source();
  PodmiSource podmi_source();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace semafoor::duties
