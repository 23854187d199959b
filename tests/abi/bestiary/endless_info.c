// SPDX-License-Identifier: Apache-2.0
// get_info has no end.
#define BEAST_INFO
#define BEAST_ID "again"
#include "beast.h"
