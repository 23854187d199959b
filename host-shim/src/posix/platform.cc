// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/platform.h"

#include <elf.h>
#include <unistd.h>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library_load_mode.hpp>

namespace semafoor::loader {

const Platform& this_platform() {
#if defined(__x86_64__)
  static constexpr Platform kThis{"linux-x64", EM_X86_64, ELFCLASS64};
#elif defined(__aarch64__)
  static constexpr Platform kThis{"linux-arm64", EM_AARCH64, ELFCLASS64};
#elif defined(__i386__)
  static constexpr Platform kThis{"linux-x86", EM_386, ELFCLASS32};
#else
#error "give this processor a name for manifests"
#endif
  return kThis;
}

int load_flags() {
  return static_cast<int>(boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
}

std::size_t longest_library_path() {
  return 0;
}

uint64_t process_id() {
  return static_cast<uint64_t>(getpid());
}

}  // namespace semafoor::loader
