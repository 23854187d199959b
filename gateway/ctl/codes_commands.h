// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "gateway/ctl/commands.h"
#include "semafoor/v1/codes.pb.h"

namespace CLI {
class App;
}

namespace semafoor::ctl {

// Row by row what is wrong with a table. Needs no gateway; writes to `out`, gives the exit code.
// `types`: file of the signal types that feedback codes may name; empty: those compiled in.
int check_codes(const Common& common, const std::string& file, const std::string& types,
                std::ostream& out);

// semafoorctl codes check | list | show | load | prepare | compare | withdraw | rollback.
class CodesCommands {
 public:
  // The object outlives the parsing.
  explicit CodesCommands(CLI::App& app);
  CodesCommands(const CodesCommands&) = delete;
  CodesCommands& operator=(const CodesCommands&) = delete;

  // The exit code; nothing when another command was given.
  std::optional<int> run(const Common& common) const;

 private:
  // Of kind and day; nothing, and `failure`, when the day is none.
  std::optional<v1::ListCodesRequest> asked(Failure& failure) const;
  int list(const Common& common) const;
  int show(const Common& common) const;
  int load(const Common& common) const;
  int compare(const Common& common) const;

  CLI::App* check_ = nullptr;
  CLI::App* list_ = nullptr;
  CLI::App* show_ = nullptr;
  CLI::App* load_ = nullptr;
  CLI::App* prepare_ = nullptr;
  CLI::App* compare_ = nullptr;
  CLI::App* withdraw_ = nullptr;
  CLI::App* rollback_ = nullptr;
  std::string file_;
  std::string types_;
  std::string kind_ = "feedback-codes";
  std::string code_;
  std::string day_;
};

}  // namespace semafoor::ctl
