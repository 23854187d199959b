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

// semafoorctl merge FROM... INTO, mergers CBE: OCMWs that become part of another.
class MergeCommands {
 public:
  // The object outlives the parsing.
  explicit MergeCommands(CLI::App& app);
  MergeCommands(const MergeCommands&) = delete;
  MergeCommands& operator=(const MergeCommands&) = delete;

  // The exit code; nothing when another command was given.
  std::optional<int> run(const Common& common) const;

 private:
  // Waits until what can be moved has moved, unless told otherwise.
  int merge(const Common& common) const;
  int list(const Common& common) const;

  CLI::App* merge_ = nullptr;
  CLI::App* list_ = nullptr;
  std::vector<std::string> organisations_;
  std::string cbe_;
  std::string date_;
  bool dry_run_ = false;
  bool no_wait_ = false;
};

}  // namespace semafoor::ctl
