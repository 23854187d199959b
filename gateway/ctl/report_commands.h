// SPDX-License-Identifier: Apache-2.0
//
// What an organisation shows of its signals: figures, and the file for an inspection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/ctl/commands.h"

namespace CLI {
class App;
}

namespace semafoor::ctl {

// "stats" and "inspection" of the command line.
class ReportCommands {
 public:
  // The app outlives the object.
  explicit ReportCommands(CLI::App& app);
  ReportCommands(const ReportCommands&) = delete;
  ReportCommands& operator=(const ReportCommands&) = delete;

  // Exit code; nothing when another command was given.
  std::optional<int> run(const Common& common) const;

 private:
  int stats(const Common& common) const;
  int stats_of_all(const Common& common, const v1::Period& period) const;
  int inspection(const Common& common) const;

  CLI::App* stats_ = nullptr;
  CLI::App* inspection_ = nullptr;
  std::string cbe_;
  std::string from_;
  std::string to_;
  // 0: every beneficiary.
  int sample_ = 0;
  std::int64_t seed_ = 1;
  std::string format_;
  std::string language_;
  std::string file_;
};

}  // namespace semafoor::ctl
