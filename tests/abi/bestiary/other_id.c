// SPDX-License-Identifier: Apache-2.0
// It says that it is another plugin than its manifest does.
#define BEAST_ID "somebody-else"
#include "beast.h"
