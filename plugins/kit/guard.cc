// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/guard.h"

namespace semafoor::kit {

Failure forked_failure() {
  return {.status = SEMAFOOR_E_FORKED,
          .code = "process.forked",
          .message =
              "Called the plugin in a child made by fork() (H-10): its connections belong to the "
              "parent, so nothing was done. Start a new program (exec), or make instances only "
              "after the fork."};
}

Failure null_failure(const char* argument) {
  return {.status = SEMAFOOR_INVALID_ARGUMENT,
          .code = "argument.null",
          .message = std::string("Called the plugin with a null '") + argument +
                     "'. Pass a valid pointer; a span may be null only when its size is 0."};
}

Failure size_failure(const char* type, std::size_t size) {
  return {.status = SEMAFOOR_E_ABI,
          .code = "abi.struct_size",
          .message = std::string("Got a ") + type + " with struct_size " + std::to_string(size) +
                     ": no version of it is that small. Zero the struct and set struct_size to its "
                     "sizeof."};
}

}  // namespace semafoor::kit
