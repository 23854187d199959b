// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace semafoor::vault {

// Another number in a process that was forked from this one, whatever it has of this one's memory.
// Never the same twice where the system cannot tell. Safe from several threads.
std::uint64_t fork_count();

}  // namespace semafoor::vault
