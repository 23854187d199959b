// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace semafoor::app {

// Checks every byte of a backup; changes nothing. Gives the exit code.
int check_backup(const std::filesystem::path& folder, bool json);
// What opens sealed data, where it is not beside the data folder.
struct VaultPlace {
  std::filesystem::path folder;
  std::filesystem::path key_file;
};
// Checks a backup, copies it beside the data folder, readies it, and puts it in the data folder's
// place; what was there is kept under a dated name. The gateway must be stopped.
int restore_backup(const std::filesystem::path& folder, const std::filesystem::path& data,
                   const VaultPlace& vault, bool json);

}  // namespace semafoor::app
