// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/system_commands.h"

namespace semafoor::app {
namespace {

// Signals and systemd do here what commands do elsewhere.
struct None final : SystemCommands {
  std::optional<int> run() override { return std::nullopt; }
};

}  // namespace

std::unique_ptr<SystemCommands> SystemCommands::add_to(CLI::App& /*app*/,
                                                       const std::string& /*config*/) {
  return std::make_unique<None>();
}

}  // namespace semafoor::app
