// SPDX-License-Identifier: Apache-2.0
// call succeeds without a reply.
#define BEAST_CALL return SEMAFOOR_OK;
#include "beast.h"
