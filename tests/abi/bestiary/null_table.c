// SPDX-License-Identifier: Apache-2.0
// Its entry returns nothing.
#define BEAST_ENTRY return NULL;
#include "beast.h"
