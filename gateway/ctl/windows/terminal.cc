// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/terminal.h"

#include <windows.h>

#include <cstdlib>

namespace semafoor::ctl {

// A console understands the sequences of terminals once it was told to.
bool shows_colours() {
  const char* const none = std::getenv("NO_COLOR");
  if (none != nullptr && *none != '\0') return false;
  const HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
  DWORD mode = 0;
  return GetConsoleMode(output, &mode) &&
         SetConsoleMode(output, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

}  // namespace semafoor::ctl
