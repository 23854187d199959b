// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "gateway/ctl/commands.h"

namespace CLI {
class App;
}

namespace semafoor::ctl {

// semafoorctl work rules show | set | check, work absence | absences | load: who treats which
// signal.
class WorkCommands {
 public:
  // The object outlives the parsing.
  explicit WorkCommands(CLI::App& app);
  WorkCommands(const WorkCommands&) = delete;
  WorkCommands& operator=(const WorkCommands&) = delete;

  // The exit code; nothing when another command was given.
  std::optional<int> run(const Common& common) const;

 private:
  int show_rules(const Common& common) const;
  int set_rules(const Common& common) const;
  // Needs no gateway.
  int check_rules(const Common& common) const;
  int set_absence(const Common& common) const;
  int list_absences(const Common& common) const;
  int load(const Common& common) const;

  CLI::App* show_ = nullptr;
  CLI::App* set_ = nullptr;
  CLI::App* check_ = nullptr;
  CLI::App* absence_ = nullptr;
  CLI::App* absences_ = nullptr;
  CLI::App* load_ = nullptr;
  std::string cbe_;
  std::string file_;
  bool spread_ = false;
  bool replace_ = false;
  std::string actor_id_;
  std::string actor_name_;
  std::string from_;
  std::string until_;
  std::string stand_in_id_;
  std::string stand_in_name_;
  bool present_ = false;
};

}  // namespace semafoor::ctl
