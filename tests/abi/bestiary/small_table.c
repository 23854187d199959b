// SPDX-License-Identifier: Apache-2.0
// Its table is smaller than any version's.
#define BEAST_ENTRY_SIZE 16
#include "beast.h"
