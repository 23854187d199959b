// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/app/config.h"
#include "gateway/domain/result.h"
#include "gateway/pairing/pairing.h"
#include "gateway/rpc/door.h"
#include "gateway/vault/shelf.h"

namespace semafoor::app {

// How paired machines come in; all null where the settings name no address for them.
struct Network {
  std::unique_ptr<vault::Shelf> shelf;
  std::unique_ptr<pairing::Pairing> pairing;
  std::unique_ptr<rpc::Door> door;
};

// Errors of pairing::Pairing::open() and rpc::make_network_door().
Result<Network> open_network(const Config& config, const Seal& seal, pairing::Authority::Now now_s);

}  // namespace semafoor::app
