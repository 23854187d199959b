// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/places.h"

#include "gateway/app/config.h"

namespace semafoor::app {

const StandardPlaces& standard_places() {
  static const StandardPlaces places{.config_file = "/etc/semafoor/gateway.toml",
                                     .data_dir = "/var/lib/semafoor",
                                     .run_dir = "/run/semafoor",
                                     .keys_folder = "/etc/semafoor/keys"};
  return places;
}

std::filesystem::path service_log_file() {
  return {};
}

void read_local_places(SettingsReader::Section& gateway, SettingsReader::Section& local,
                       Config& config) {
  gateway.path("run_dir", config.run_dir);
  config.attest_socket = config.run_dir / "attest.sock";
  config.rpc_socket = config.run_dir / "rpc.sock";
  // Other accounts are named: they must be able to reach the socket to be asked who they are.
  if (!config.allow.empty()) config.socket_mode = 0666;
  local.path("attest_socket", config.attest_socket);
  local.path("rpc_socket", config.rpc_socket);
  local.mode("folder_mode", config.folder_mode);
  local.mode("socket_mode", config.socket_mode);
  for (const auto* socket : {&config.attest_socket, &config.rpc_socket})
    // sockaddr_un::sun_path, without its final zero.
    if (socket->native().size() > 107)
      local.complain(socket == &config.attest_socket ? "attest_socket" : "rpc_socket",
                     "a unix socket's path may have 107 bytes; choose a shorter run_dir.");
}

}  // namespace semafoor::app
