// SPDX-License-Identifier: Apache-2.0
//
// The audit: whether it is whole, what it holds, and who looked at a person's data.
#pragma once

#include <string>

#include "gateway/ctl/commands.h"

namespace CLI {
class App;
}

namespace semafoor::ctl {

// "audit verify | export | who-saw | resolve" of the command line.
class AuditCommands {
 public:
  // The app outlives the object.
  explicit AuditCommands(CLI::App& app);
  bool parsed() const;
  // Exit code.
  int run(const Common& common) const;

 private:
  int verify(const Common& common) const;
  int export_chain(const Common& common) const;
  int who_saw(const Common& common) const;
  int resolve(const Common& common) const;

  CLI::App* audit_;
  CLI::App* verify_;
  CLI::App* export_;
  CLI::App* who_saw_;
  CLI::App* resolve_;
  std::string cbe_;
  std::string file_;
  std::string anchors_;
  std::string person_;
  std::string hash_;
  std::string reason_;
};

}  // namespace semafoor::ctl
