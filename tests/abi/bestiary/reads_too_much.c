// SPDX-License-Identifier: Apache-2.0
// read claims more bytes than the buffer holds.
#define BEAST_READ *size = capacity + 1;
#include "beast.h"
