// SPDX-License-Identifier: Apache-2.0
// Its instances cannot be stopped.
#define BEAST_STOP_FUNCTION NULL
#include "beast.h"
