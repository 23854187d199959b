// SPDX-License-Identifier: Apache-2.0
//
// The subcommands that only one operating system has.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

namespace semafoor::app {

class SystemCommands {
 public:
  // Adds them. `config` is where the chosen file of settings stands once the words are parsed.
  static std::unique_ptr<SystemCommands> add_to(CLI::App& app, const std::string& config);
  virtual ~SystemCommands() = default;
  // The exit code, when one of them was asked for.
  virtual std::optional<int> run() = 0;
};

}  // namespace semafoor::app
