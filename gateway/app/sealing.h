// SPDX-License-Identifier: Apache-2.0
//
// Brings the key that seals: from where the settings say it is.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/vault/seal/root_key.h"

namespace semafoor::app {

struct SealSettings {
  vault::RootSource source = vault::standard_root_source();
  // What the vault keeps. Empty: beside the data folder, "DATA-vault": a restore puts another
  // folder in the place of that one.
  std::filesystem::path folder;
  // Empty: "seal.key" in that folder.
  std::filesystem::path key_file;
  // Name of systemd's credential.
  std::string credential = "semafoor-seal";
};

std::filesystem::path vault_folder(const SealSettings& settings,
                                   const std::filesystem::path& data_folder);

using Seal = std::shared_ptr<const vault::SealKey>;

// Errors as vault::open_root_key(). `ask` is for source = "passphrase" alone.
Result<Seal> open_seal(const SealSettings& settings, const std::filesystem::path& data_folder,
                       std::function<Result<vault::SecretBytes>()> ask);

// The one that a gateway of this data folder has used, whatever its settings say; null when none
// ever did. Makes none.
Result<Seal> open_former_seal(const std::filesystem::path& vault_folder,
                              const std::filesystem::path& key_file,
                              std::function<Result<vault::SecretBytes>()> ask);

}  // namespace semafoor::app
