// SPDX-License-Identifier: Apache-2.0
// It says that it is another version than its manifest does.
#define BEAST_VERSION "9.9.9"
#include "beast.h"
