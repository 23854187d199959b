// SPDX-License-Identifier: Apache-2.0
// get_info describes nothing.
#define BEAST_INFO return SEMAFOOR_NOT_FOUND;
#include "beast.h"
