// SPDX-License-Identifier: Apache-2.0
//
// What every function of the C face does first and last.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "host-shim/src/lent.h"
#include "host-shim/src/platform.h"
#include "host-shim/src/process_state.h"

namespace semafoor::loader {

inline Problem stale_handle(const char* what) {
  return {SEMAFOOR_INVALID_ARGUMENT, "shim.stale_handle",
          std::string("this is not the handle of ") + what +
              ": it was destroyed or closed before, or is something else (H-4)"};
}

inline Problem null_argument() {
  return {SEMAFOOR_INVALID_ARGUMENT, "shim.null_argument",
          "a pointer that must be given is null: see the function's comment in shim.h"};
}

inline bool readable(const semafoor_span* span) {
  return span != nullptr && (span->data != nullptr || span->size == 0);
}

inline std::string text_of(const semafoor_span& span) {
  return span.size == 0 ? std::string{}
                        : std::string(reinterpret_cast<const char*>(span.data), span.size);
}

// Runs `body(state)`, which returns a status; clears *error before, lets no exception out, and in a
// forked child does nothing at all.
template <typename Body>
semafoor_status enter(const semafoor_error** error, Body&& body) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    ProcessState& state = process_state();
    if (state.process != process_id()) {
      return report({SEMAFOOR_E_FORKED, "shim.forked",
                     "this process was made by fork without exec: the parent's plugins must not "
                     "be used here; start a new process (H-10)"},
                    error);
    }
    return body(state);
  } catch (const std::exception& failure) {
    try {
      return report({SEMAFOOR_INTERNAL, "shim.failed",
                     std::string("the shim failed: ") + failure.what() + "; please report it"},
                    error);
    } catch (...) {
      return SEMAFOOR_RESOURCE_EXHAUSTED;
    }
  } catch (...) {
    return SEMAFOOR_INTERNAL;
  }
}

}  // namespace semafoor::loader
