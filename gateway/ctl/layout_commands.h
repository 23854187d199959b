// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "gateway/ctl/commands.h"

namespace CLI {
class App;
}

namespace semafoor::ctl {

struct LayoutTest {
  std::string file;
  // Name of a layout or of a file that holds one; empty: the one that fits.
  std::string layout;
  // Layouts of the administrator, beside those compiled in.
  std::string folder;
  // Code lists in place of those compiled in; each says by its schema which.
  std::vector<std::string> codes;
  // Family of messages, short ("forms-blocked"); empty: any.
  std::string family;
  // Rows that are shown of each part; those that failed are shown always.
  long long rows = 20;
  bool all = false;
};

// Both need no gateway, write to `out` and give the exit code.
int test_layout(const Common& common, const LayoutTest& test, std::ostream& out);
int list_layouts(const Common& common, const std::string& folder, std::ostream& out);

// semafoorctl layout test | list.
class LayoutCommands {
 public:
  // The object outlives the parsing.
  explicit LayoutCommands(CLI::App& app);
  LayoutCommands(const LayoutCommands&) = delete;
  LayoutCommands& operator=(const LayoutCommands&) = delete;

  // The exit code; nothing when another command was given.
  std::optional<int> run(const Common& common) const;

 private:
  CLI::App* test_ = nullptr;
  CLI::App* list_ = nullptr;
  LayoutTest asked_;
};

}  // namespace semafoor::ctl
