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

// semafoorctl lists list | show | bad | read: what became of the documents that are lists.
class ListCommands {
 public:
  // The object outlives the parsing.
  explicit ListCommands(CLI::App& app);
  ListCommands(const ListCommands&) = delete;
  ListCommands& operator=(const ListCommands&) = delete;

  // The exit code; nothing when another command was given.
  std::optional<int> run(const Common& common) const;

 private:
  int list(const Common& common) const;
  // With its bad rows, or those alone.
  int show(const Common& common) const;
  int read_again(const Common& common) const;

  CLI::App* list_ = nullptr;
  CLI::App* show_ = nullptr;
  CLI::App* bad_ = nullptr;
  CLI::App* read_ = nullptr;
  std::string cbe_;
  std::string id_;
  std::vector<std::string> ids_;
  std::string page_token_;
  int page_size_ = 100;
  bool problems_ = false;
  bool again_ = false;
};

}  // namespace semafoor::ctl
