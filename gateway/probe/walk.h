// SPDX-License-Identifier: Apache-2.0
//
// The connections of an organisation, tested one after the other with its own credentials.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/probe/connection.h"
#include "gateway/store/store.h"
#include "gateway/upstream/registry/provider.h"
#include "gateway/upstream/upstreams.h"
#include "gateway/vault/signer.h"

namespace semafoor::probe {

struct WalkOptions {
  upstream::UpstreamOptions upstream;
  // For each connection.
  std::chrono::milliseconds limit{60'000};
};

// Safe from several threads: each walk has clients and tokens of its own, so that it sees what is
// now and not what was kept.
class UpstreamWalk {
 public:
  // `store` outlives the object.
  UpstreamWalk(store::Store& store, std::shared_ptr<vault::KeyRing> keys, WalkOptions options,
               std::function<std::int64_t()> now_ms);

  // Walks "token", "registry", "ebox:<provider>" of each active provider, "mutations". Blocks, at
  // most the limit for each. What fails is a step and not an error; errors are
  // "organisation.unknown", those of the store, and "call.cancelled" when nobody listens.
  Result<void> test(const store::Org& org, const Sink& tell, const std::stop_token& stop) const;

 private:
  struct Round;

  Result<v1::Organisation> organisation(const store::Org& org) const;
  std::vector<PlannedStep> token_steps(Round& round) const;
  std::vector<PlannedStep> registry_steps(Round& round) const;
  std::vector<PlannedStep> provider_steps(Round& round, const upstream::EboxAddress& address) const;
  std::vector<PlannedStep> mutation_steps(Round& round) const;
  v1::UpstreamStep read_registry(Round& round, const std::stop_token& stop) const;
  // Of the registry as it is now, or as it was last read, or of the settings.
  std::vector<upstream::EboxAddress> active_providers(Round& round) const;

  store::Store& store_;
  const std::shared_ptr<vault::KeyRing> keys_;
  const WalkOptions options_;
  const std::function<std::int64_t()> now_ms_;
};

}  // namespace semafoor::probe
