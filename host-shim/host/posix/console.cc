// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/console.h"

#include <pwd.h>
#include <unistd.h>

#include <filesystem>

namespace semafoor::reference_host {

std::vector<std::string> arguments(int argc, char** argv) {
  return {argv + 1, argv + argc};
}

bool stderr_is_terminal() {
  return isatty(STDERR_FILENO) == 1;
}

std::string standard_plugin_folder() {
  return "/usr/lib/semafoor/plugins";
}

std::string account_name() {
  constexpr std::size_t kRoom = 16 * 1024;
  std::string room(kRoom, '\0');
  passwd entry{};
  passwd* found = nullptr;
  const bool known =
      getpwuid_r(geteuid(), &entry, room.data(), room.size(), &found) == 0 && found != nullptr;
  return known ? found->pw_name : "uid " + std::to_string(geteuid());
}

std::string absolute_gateway(const std::string& name) {
  return std::filesystem::absolute(name).string();
}

}  // namespace semafoor::reference_host
