// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/private_places.h"

namespace semafoor::app {

Result<void> check_private_places(const Config& config) {
  if (auto fine = check_private_folder(config.data_dir, "data.open_folder"); !fine) return fine;
  for (const auto& folder : {vault_folder(config.seal, config.data_dir), config.keys_folder})
    if (auto fine = check_private_folder(folder, "vault.open_folder"); !fine) return fine;
  return {};
}

}  // namespace semafoor::app
