// SPDX-License-Identifier: Apache-2.0
#include "tests/support/usage.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace semafoor::testing {

Usage usage() {
  Usage now;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) now.rss_kib = std::atol(line.c_str() + 6);
    if (line.rfind("Threads:", 0) == 0) now.threads = std::atoi(line.c_str() + 8);
  }
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator("/proc/self/fd"))
    ++now.descriptors;
  return now;
}

std::string plugin_file(const std::string& folder, const std::string& id) {
  return folder + "/libsemafoor_" + id + ".so";
}

}  // namespace semafoor::testing
