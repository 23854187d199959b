// SPDX-License-Identifier: Apache-2.0
//
// What stands at every entry of the C face.
#pragma once

#include <cfenv>
#include <exception>
#include <string>

#include "plugins/runtime/process.h"

namespace semafoor::runtime {

// Some hosts (Delphi) run with floating-point exceptions unmasked; gRPC divides by what it likes.
class FloatingPointGuard {
 public:
  FloatingPointGuard() {
    std::fegetenv(&saved_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~FloatingPointGuard() { std::fesetenv(&saved_); }
  FloatingPointGuard(const FloatingPointGuard&) = delete;
  FloatingPointGuard& operator=(const FloatingPointGuard&) = delete;

 private:
  std::fenv_t saved_;
};

// Runs `body`, which returns a status, and lets nothing out but a status. Refuses in a forked child
// and in a wake callback: what would be waited for there may be waiting for that callback.
template <typename Body>
semafoor_status guarded(const sfr_error** error, Body&& body) noexcept {
  if (error != nullptr) *error = nullptr;
  const FloatingPointGuard floating_point;
  try {
    if (Process::get().forked())
      return report({.status = SEMAFOOR_E_FORKED,
                     .message = "Called in a child made by fork(): its connections belong to the "
                                "parent. Start a new program, or make instances after the fork."},
                    error);
    if (Watcher::in_waker())
      return report({.status = SEMAFOOR_FAILED_PRECONDITION,
                     .message = "Called from inside a wake callback. Let it return, and call from "
                                "a thread of the host."},
                    error);
    return body();
  } catch (const std::exception& failure) {
    return report({.status = SEMAFOOR_INTERNAL,
                   .message = std::string("The runtime failed: ") + failure.what()},
                  error);
  } catch (...) {
    return report({.status = SEMAFOOR_INTERNAL, .message = "The runtime failed in an unknown way."},
                  error);
  }
}

}  // namespace semafoor::runtime
