// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "gateway/ctl/commands.h"

namespace CLI {
class App;
}

namespace semafoor::ctl {

// semafoorctl retention show | set | clear | preview: how long messages are kept.
class RetentionCommands {
 public:
  // The object outlives the parsing.
  explicit RetentionCommands(CLI::App& app);
  RetentionCommands(const RetentionCommands&) = delete;
  RetentionCommands& operator=(const RetentionCommands&) = delete;

  // The exit code; nothing when another command was given.
  std::optional<int> run(const Common& common) const;

 private:
  int show(const Common& common) const;
  // Or only tells what it would do.
  int set(const Common& common) const;
  int preview(const Common& common) const;

  CLI::App* show_ = nullptr;
  CLI::App* set_ = nullptr;
  CLI::App* clear_ = nullptr;
  CLI::App* preview_ = nullptr;
  std::string cbe_;
  std::string family_;
  std::string days_;
  bool dry_run_ = false;
};

}  // namespace semafoor::ctl
