// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/ctl/commands.h"

namespace CLI {
class App;
}

namespace semafoor::ctl {

// semafoorctl pair, and semafoorctl paired list | revoke.
class PairingCommands {
 public:
  // The object outlives the parsing.
  explicit PairingCommands(CLI::App& app);
  PairingCommands(const PairingCommands&) = delete;
  PairingCommands& operator=(const PairingCommands&) = delete;

  // The exit code; nothing when another command was given.
  std::optional<int> run(const Common& common) const;

 private:
  int pair(const Common& common) const;
  int list(const Common& common) const;
  int revoke(const Common& common) const;

  CLI::App* pair_ = nullptr;
  CLI::App* list_ = nullptr;
  CLI::App* revoke_ = nullptr;
  std::string name_;
  std::vector<std::string> organisations_;
  bool all_organisations_ = false;
  std::vector<std::string> modules_;
  std::vector<std::string> roles_;
  std::string serial_;
};

}  // namespace semafoor::ctl
