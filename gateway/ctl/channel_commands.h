// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "gateway/ctl/admin_client.h"
#include "gateway/ctl/commands.h"

namespace CLI {
class App;
}

namespace semafoor::ctl {

// semafoorctl channel show | set | report | lists | return | confirm: by which way knipperlichten
// come and answers go back.
class ChannelCommands {
 public:
  // The object outlives the parsing.
  explicit ChannelCommands(CLI::App& app);
  ChannelCommands(const ChannelCommands&) = delete;
  ChannelCommands& operator=(const ChannelCommands&) = delete;

  // The exit code; nothing when another command was given.
  std::optional<int> run(const Common& common) const;

 private:
  int show(const Common& common) const;
  int set(const Common& common) const;
  int report(const Common& common) const;
  int lists(const Common& common) const;
  // Prepares; and then sends, or saves the file.
  int give_back(const Common& common) const;
  int send(const Common& common, AdminClient& client, const std::string& return_id) const;
  int save(const Common& common, AdminClient& client, const std::string& return_id) const;
  int confirm(const Common& common) const;

  CLI::App* show_ = nullptr;
  CLI::App* set_ = nullptr;
  CLI::App* report_ = nullptr;
  CLI::App* lists_ = nullptr;
  CLI::App* return_ = nullptr;
  CLI::App* confirm_ = nullptr;
  std::string cbe_;
  std::string mode_;
  std::string from_;
  std::string to_;
  int differences_ = 0;
  std::string list_;
  std::string file_;
  std::string format_ = "csv";
  bool send_now_ = false;
  bool preview_ = false;
  bool incomplete_ = false;
  std::string return_id_;
  std::string outcome_;
  std::string on_;
};

}  // namespace semafoor::ctl
