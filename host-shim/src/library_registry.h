// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "host-shim/src/entry_scan.h"
#include "host-shim/src/manifest.h"
#include "host-shim/src/result.h"
#include "semafoor/plugin.h"

namespace semafoor::loader {

// A plugin that was checked and loaded.
struct LoadedPlugin {
  Manifest manifest;
  const semafoor_entry* entry = nullptr;
  uint32_t index = 0;
};

// Every library this process has loaded. Loads through Boost.DLL, one at a time, and never unloads:
// code that has run gRPC cannot be unmapped (design, rule 7), and errors, replies and `release`
// pointers live in the plugin.
class LibraryRegistry {
 public:
  LibraryRegistry();
  ~LibraryRegistry();
  LibraryRegistry(const LibraryRegistry&) = delete;
  LibraryRegistry& operator=(const LibraryRegistry&) = delete;

  // All checks, then the load. The pointer is valid for the life of the registry.
  Result<const LoadedPlugin*> load(const Manifest& manifest);
  bool is_loaded(const Manifest& manifest);

 private:
  Result<EntryFunction> import_entry(const Manifest& manifest);

  struct Libraries;
  std::mutex mutex_;
  std::unique_ptr<Libraries> libraries_;
  // By library path and plugin id.
  std::map<std::string, std::unique_ptr<LoadedPlugin>> plugins_;
};

}  // namespace semafoor::loader
