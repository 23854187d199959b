// SPDX-License-Identifier: Apache-2.0
// create lets an exception out.
#define BEAST_CREATE throw 1;
#include "beast.h"
