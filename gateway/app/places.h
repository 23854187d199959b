// SPDX-License-Identifier: Apache-2.0
//
// Where things stand on this operating system, and which settings it has for that.
#pragma once

#include <filesystem>

#include "gateway/app/settings_reader.h"

namespace semafoor::app {

struct Config;

struct StandardPlaces {
  std::filesystem::path config_file;
  std::filesystem::path data_dir;
  std::filesystem::path run_dir;
  std::filesystem::path keys_folder;
};
const StandardPlaces& standard_places();

// Where a service logs whose settings name no file. Empty where standard error is kept for it.
std::filesystem::path service_log_file();

// The keys of [gateway] and [local] that say where callers of this machine come in, and which of
// them may.
void read_local_places(SettingsReader::Section& gateway, SettingsReader::Section& local,
                       Config& config);

}  // namespace semafoor::app
