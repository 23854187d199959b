// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/network.h"

#include <chrono>
#include <utility>

#include "gateway/rpc/network_door.h"
#include "gateway/store/file_shelf.h"

namespace semafoor::app {

Result<Network> open_network(const Config& config, const Seal& seal,
                             pairing::Authority::Now now_s) {
  Network network;
  if (config.network_listen.empty()) return network;
  network.shelf = store::make_file_shelf(vault_folder(config.seal, config.data_dir));
  pairing::PairingOptions options;
  options.codes.lifetime = std::chrono::seconds(config.pairing_code_s);
  options.certificate_life_s = config.certificate_life_s;
  auto pairing = pairing::Pairing::open(*network.shelf, seal, std::move(now_s), std::move(options));
  if (!pairing.ok()) return pairing.error();
  network.pairing = std::move(*pairing);
  auto door = rpc::make_network_door(config.network_listen, network.pairing->authority());
  if (!door.ok()) return door.error();
  network.door = std::move(*door);
  return network;
}

}  // namespace semafoor::app
