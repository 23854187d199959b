// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/terminal.h"

#include <unistd.h>

#include <cstdlib>

namespace semafoor::ctl {

bool shows_colours() {
  const char* const none = std::getenv("NO_COLOR");
  return (none == nullptr || *none == '\0') && ::isatty(STDOUT_FILENO) == 1;
}

}  // namespace semafoor::ctl
