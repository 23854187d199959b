// SPDX-License-Identifier: Apache-2.0
// stop never returns.
#include <windows.h>
#define BEAST_STOP           \
  while (1) Sleep(INFINITE); \
  return 0;
#include "../beast.h"
