// SPDX-License-Identifier: Apache-2.0
//
// For tests: a new folder of their own under the system's temporary one.
#pragma once

#include <filesystem>
#include <random>
#include <string>

namespace semafoor::os {

inline std::filesystem::path make_test_folder(const std::string& name) {
  std::random_device chance;
  for (;;) {
    auto folder = std::filesystem::temp_directory_path() /
                  ("semafoor-" + name + "-" + std::to_string(chance()));
    if (std::filesystem::create_directory(folder)) return folder;
  }
}

}  // namespace semafoor::os
