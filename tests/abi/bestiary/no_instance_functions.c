// SPDX-License-Identifier: Apache-2.0
// Its table has no functions for instances.
#define BEAST_API NULL
#include "beast.h"
