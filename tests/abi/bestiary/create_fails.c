// SPDX-License-Identifier: Apache-2.0
// create fails without a reason.
#define BEAST_CREATE return SEMAFOOR_PERMISSION_DENIED;
#include "beast.h"
