// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace semafoor::app {

// What each subcommand does; gives the exit code. 0 done, 1 failed, 2 wrong usage.
int run_gateway(const std::filesystem::path& config_file);
int check_config(const std::filesystem::path& config_file, bool json);
int print_version(bool json);

}  // namespace semafoor::app
