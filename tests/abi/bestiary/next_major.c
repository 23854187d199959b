// SPDX-License-Identifier: Apache-2.0
// A plugin of the next major only, whose manifest says that it is of this one.
#include <stddef.h>

#include "semafoor/base.h"
SEMAFOOR_EXPORT const void* semafoor_entry_v2(void);
SEMAFOOR_EXPORT const void* semafoor_entry_v2(void) {
  return NULL;
}
