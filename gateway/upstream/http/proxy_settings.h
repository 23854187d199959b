// SPDX-License-Identifier: Apache-2.0
//
// The way out of the network of an organisation. What goes to an upstream goes through a tunnel
// (CONNECT), so that a proxy sees the host and never the token; this machine is never reached by
// way of another.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace semafoor::upstream {

// `address` that means: none, whatever the environment says.
inline constexpr char kNoProxy[] = "none";

struct ProxySettings {
  // "http://host:port" or "https://host:port" without user or password; kNoProxy; empty: what the
  // environment says, as curl reads it.
  std::string address;
  // Hosts that are reached directly: names (with all below them), addresses, or networks as
  // "10.0.0.0/8". Of `address` only.
  std::vector<std::string> except;
  // Holds "user:password" and nothing else, and is private to the gateway's account. Read for each
  // exchange: a changed password counts at once. Empty: the proxy asks for none.
  std::filesystem::path credentials_file;
};

}  // namespace semafoor::upstream
