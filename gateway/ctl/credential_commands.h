// SPDX-License-Identifier: Apache-2.0
//
// semafoorctl credentials, and erase.
#pragma once

#include <memory>
#include <optional>

#include "gateway/ctl/commands.h"

namespace CLI {
class App;
}

namespace semafoor::ctl {

class CredentialCommands {
 public:
  // Adds its commands to the command line, which outlives it.
  explicit CredentialCommands(CLI::App& app);
  ~CredentialCommands();
  // After the command line was read: does what was asked for, and gives the exit code; nothing when
  // it was another command.
  std::optional<int> run(const Common& common) const;

 private:
  struct Words;
  std::unique_ptr<Words> words_;
};

}  // namespace semafoor::ctl
