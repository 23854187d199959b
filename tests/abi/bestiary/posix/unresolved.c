// SPDX-License-Identifier: Apache-2.0
// It needs a function that no library has: it must be refused when it is loaded, not crash later.
int semafoor_function_that_no_library_has(void);
#define BEAST_CALL return semafoor_function_that_no_library_has();
#include "../beast.h"
