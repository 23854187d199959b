// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "host-shim/src/manifest.h"
#include "host-shim/src/result.h"
#include "semafoor/plugin.h"

namespace semafoor::loader {

// The library's entry as it was imported. Without `noexcept`: what a library really does is not
// known yet.
using EntryFunction = std::function<const semafoor_entry*()>;

// What remains of a library once its table was found good.
struct ScannedEntry {
  const semafoor_entry* entry = nullptr;
  // Where `get_info` describes the plugin.
  uint32_t index = 0;
};

// Calls the entry and checks its tables and what it says of itself against the manifest.
Result<ScannedEntry> scan_entry(const EntryFunction& entry_of, const Manifest& manifest);

}  // namespace semafoor::loader
