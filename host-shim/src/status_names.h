// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "semafoor/status.h"

namespace semafoor::loader {

// The name without its prefix, or null for a number this version does not know.
const char* status_name(semafoor_status status);

// H-9: a status that this host does not know is SEMAFOOR_UNKNOWN to it.
semafoor_status known_status(semafoor_status status);

}  // namespace semafoor::loader
