// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "plugins/runtime/test_client.h"

namespace semafoor::runtime::testing {

const sfr_api& load_runtime() {
  const std::filesystem::path file = std::filesystem::path(SEMAFOOR_RUNTIME_FILE).make_preferred();
  const HMODULE library = LoadLibraryExW(
      file.c_str(), nullptr, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
  if (library == nullptr) {
    std::fprintf(stderr, "%s cannot be loaded: error %lu\n", SEMAFOOR_RUNTIME_FILE, GetLastError());
    std::abort();
  }
  const auto entry =
      reinterpret_cast<sfr_entry_fn>(reinterpret_cast<void*>(GetProcAddress(library, SFR_SYMBOL)));
  return *entry();
}

}  // namespace semafoor::runtime::testing
