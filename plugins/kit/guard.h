// SPDX-License-Identifier: Apache-2.0
//
// The boundary guard: every function that a host calls runs its body in here, and nothing else is
// allowed to be such a function.
#pragma once

#include <cfenv>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "plugins/kit/failure.h"
#include "plugins/kit/process.h"

namespace semafoor::kit {

// Delphi hosts run with floating-point exceptions unmasked, where ordinary C++ would trap. Masks
// them and gives the host's environment back exactly as it was.
class FloatingPoint {
 public:
  FloatingPoint() noexcept { std::feholdexcept(&saved_); }
  ~FloatingPoint() { std::fesetenv(&saved_); }
  FloatingPoint(const FloatingPoint&) = delete;
  FloatingPoint& operator=(const FloatingPoint&) = delete;

 private:
  std::fenv_t saved_{};
};

Failure forked_failure();
Failure null_failure(const char* argument);
Failure size_failure(const char* type, std::size_t size);

// Runs `body`, which returns Result<semafoor_status> or Done, and lets nothing out but a status.
template <typename Body>
semafoor_status guarded(const semafoor_error** error, Body&& body) noexcept {
  const FloatingPoint masked;
  if (error != nullptr) *error = nullptr;
  try {
    if (in_forked_child()) return report(forked_failure(), error);
    auto result = body();
    if (!result) return report(std::move(result.failure()), error);
    if constexpr (std::is_same_v<decltype(result), Done>)
      return SEMAFOOR_OK;
    else
      return *result;
  } catch (const std::bad_alloc&) {
    return report({.status = SEMAFOOR_RESOURCE_EXHAUSTED, .code = "memory"}, error);
  } catch (const std::exception& thrown) {
    try {
      return report({.status = SEMAFOOR_INTERNAL,
                     .code = "internal",
                     .message = std::string("The plugin failed: ") + thrown.what() +
                                ". This is a defect of the plugin; please report it."},
                    error);
    } catch (...) {
      return SEMAFOOR_INTERNAL;
    }
  } catch (...) {
    return report({.status = SEMAFOOR_INTERNAL, .code = "internal"}, error);
  }
}

// The same for a function that has no way to say why: `otherwise` is given back instead.
template <typename Value, typename Body>
Value guarded_value(Value otherwise, Body&& body) noexcept {
  const FloatingPoint masked;
  try {
    if (in_forked_child()) return otherwise;
    return body();
  } catch (...) {
    return otherwise;
  }
}

}  // namespace semafoor::kit
