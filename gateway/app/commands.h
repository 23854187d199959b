// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace semafoor::app {

// What each subcommand does; gives the exit code (exit_codes.h).
struct RunOptions {
  // A supervisor starts the gateway as its worker, and again when that dies.
  bool supervised = true;
  // In a worker: what its supervisor gave it (worker_process.h).
  std::string worker;
  // The passphrase of the sealing key is the first line of standard input.
  bool passphrase_stdin = false;
};
int run_gateway(const std::filesystem::path& config_file, const RunOptions& how);
int check_config(const std::filesystem::path& config_file, bool json);
int print_version(bool json);

}  // namespace semafoor::app
