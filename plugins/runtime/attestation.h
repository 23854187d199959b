// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <variant>

#include "plugins/runtime/error.h"
#include "plugins/runtime/patience.h"

namespace semafoor::runtime {

// A gateway on another machine; the fields are those of sfr_session_options.
struct NetworkPlace {
  // Empty: the gateway is on this machine.
  std::string address;
  std::string folder;
  std::string code;
  std::string fingerprint;
  auto operator<=>(const NetworkPlace&) const = default;
};

// Which gateway, and as whom it must run. Sessions that agree in this share a connection; one with
// a stricter rule never rides on a connection made under a laxer one.
struct GatewayKey {
  std::string path;
  bool check_owner = false;
  std::uint32_t owner_uid = 0;
  NetworkPlace network = {};
  auto operator<=>(const GatewayKey&) const = default;
  // For messages.
  const std::string& place() const { return network.address.empty() ? path : network.address; }
};

// For the gateway's log; not a credential.
struct Caller {
  std::string host_name;
  std::string client_name;
};

// Where to connect and with which token; see semafoor_runtime.h for the exchange.
struct Introduction {
  // "unix:/run/semafoor/rpc.sock", "tls:127.0.0.1:49321" or "paired:host:7443"; see
  // channel_source.h.
  std::string address;
  // As PEM: the pinned certificate for addresses that begin with "tls:", the authority for those
  // that begin with "paired:".
  std::string tls_certificate = {};
  // As PEM, for addresses that begin with "paired:"; empty where only pairing is done.
  std::string client_certificate = {};
  std::string client_key = {};
  // Empty over the network.
  std::string token = {};
  std::chrono::seconds expires_in{0};
  std::string gateway_version = {};
};

// Asks the gateway who we are to it.
std::variant<Introduction, Problem> introduce(const GatewayKey& gateway, const Caller& caller,
                                              const Patience& patience);

// One line to the local socket or pipe at `gateway.path` and the line that comes back, without its
// line feed. Nothing is sent before the kernel has said that the right account listens. The
// operating system's part, in posix/ and windows/.
std::variant<std::string, Problem> exchange_line(const GatewayKey& gateway, const std::string& line,
                                                 const Patience& patience);

// Can exchange_line() use that path?
bool names_gateway(const std::string& path);
// "attestation socket is named by ...".
std::string gateway_naming_rule();

}  // namespace semafoor::runtime
