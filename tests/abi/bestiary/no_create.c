// SPDX-License-Identifier: Apache-2.0
// Its table has no create.
#define BEAST_CREATE_FUNCTION NULL
#include "beast.h"
