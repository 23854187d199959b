// SPDX-License-Identifier: Apache-2.0
// Its table of instance functions is smaller than any version's.
#define BEAST_API_SIZE 8
#include "beast.h"
