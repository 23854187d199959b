// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace semafoor::testing {

struct Usage {
  // 0 where the system is not asked.
  long rss_kib = 0;
  int threads = 0;
  // Descriptors, or handles.
  int descriptors = 0;
};

// Of this process, now.
Usage usage();

// The file of a plugin, by its id: what the build calls it here.
std::string plugin_file(const std::string& folder, const std::string& id);

}  // namespace semafoor::testing
