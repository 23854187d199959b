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

// Reads client id and key name from the stored organisation. Errors: "organisation.unknown",
// "organisation.no_credentials", and what the upstream room says.
class Clients {
 public:
  Clients(store::Store& store, std::shared_ptr<upstream::Upstreams> upstreams);
  ~Clients();
  Result<std::shared_ptr<upstream::EboxClient>> ebox(const store::Org& org);
  Result<std::shared_ptr<upstream::PodmiClient>> podmi(const store::Org& org);

  // Sources that keep `this` by reference: they must not outlive it.
  EboxSource ebox_source();
  PodmiSource podmi_source();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace semafoor::duties
