// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/system_roots.h"

namespace semafoor::upstream {

long system_roots_option() {
  return 0;
}

}  // namespace semafoor::upstream
