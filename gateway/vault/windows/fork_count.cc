// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/seal/fork_count.h"

namespace semafoor::vault {

// Windows does not fork.
std::uint64_t fork_count() {
  return 0;
}

}  // namespace semafoor::vault
