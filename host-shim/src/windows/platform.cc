// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/platform.h"

#include <windows.h>

namespace semafoor::loader {

const Platform& this_platform() {
#if defined(__x86_64__) || defined(_M_X64)
  static constexpr Platform kThis{"windows-x64", IMAGE_FILE_MACHINE_AMD64, 2, LibraryFormat::pe};
#elif defined(__i386__) || defined(_M_IX86)
  static constexpr Platform kThis{"windows-x86", IMAGE_FILE_MACHINE_I386, 1, LibraryFormat::pe};
#else
#error "give this processor a name for manifests"
#endif
  return kThis;
}

// What the library needs comes from its own folder and from the system's, never from the current
// one or from PATH.
int load_flags() {
  return LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32;
}

// Manifests and settings that lift the limit for files do not lift it for libraries.
std::size_t longest_library_path() {
  return MAX_PATH - 1;
}

uint64_t process_id() {
  return GetCurrentProcessId();
}

}  // namespace semafoor::loader
