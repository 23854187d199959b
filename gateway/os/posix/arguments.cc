// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/arguments.h"

namespace semafoor::os {

std::vector<std::string> arguments(int argc, char** argv) {
  return {argv + (argc > 0 ? 1 : 0), argv + argc};
}

}  // namespace semafoor::os
