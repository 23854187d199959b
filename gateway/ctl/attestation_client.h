// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace semafoor::ctl {

// Where to connect and with which token (architecture, decision 13).
struct Introduction {
  std::string address;
  std::string token;
  std::string gateway_version;
};

// Asks the gateway behind `socket` who we are to it. On failure gives nothing and says why in
// `problem`. The socket's owner must be root or this process's own account: another's gateway is a
// pretended one.
std::optional<Introduction> introduce(const std::string& socket, std::string& problem);

}  // namespace semafoor::ctl
