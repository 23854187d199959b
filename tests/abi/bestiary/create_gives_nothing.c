// SPDX-License-Identifier: Apache-2.0
// create succeeds without an instance.
#define BEAST_CREATE return SEMAFOOR_OK;
#include "beast.h"
