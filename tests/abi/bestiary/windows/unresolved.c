// SPDX-License-Identifier: Apache-2.0
// It needs a library that is nowhere: it must be refused when it is loaded, not crash later.
__declspec(dllimport) int semafoor_function_of_an_absent_library(void);
#define BEAST_CALL return semafoor_function_of_an_absent_library();
#include "../beast.h"
