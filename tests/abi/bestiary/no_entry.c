// SPDX-License-Identifier: Apache-2.0
// A good shared library that is no plugin: it has no entry.
#include "semafoor/base.h"
SEMAFOOR_EXPORT int semafoor_entry(void);
SEMAFOOR_EXPORT int semafoor_entry(void) {
  return 1;
}
