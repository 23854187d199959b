// SPDX-License-Identifier: Apache-2.0
// Its entry lets an exception out.
#define BEAST_ENTRY throw 1;
#include "beast.h"
