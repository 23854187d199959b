// SPDX-License-Identifier: Apache-2.0
// stop never returns.
#include <unistd.h>
#define BEAST_STOP   \
  while (1) pause(); \
  return 0;
#include "../beast.h"
