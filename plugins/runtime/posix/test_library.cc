// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

#include "plugins/runtime/test_client.h"

namespace semafoor::runtime::testing {

const sfr_api& load_runtime() {
  void* const library = dlopen(SEMAFOOR_RUNTIME_FILE, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    std::abort();
  }
  return *reinterpret_cast<sfr_entry_fn>(dlsym(library, SFR_SYMBOL))();
}

}  // namespace semafoor::runtime::testing
