// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "semafoor_runtime.h"

namespace semafoor::runtime {

// What went wrong, inside the runtime; turned into an sfr_error only at the boundary.
struct Problem {
  semafoor_status status = SEMAFOOR_OK;
  bool from_gateway = false;
  bool retryable = false;
  std::int64_t retry_after_ms = -1;
  std::string message;
  // Trailing metadata "semafoor-error-bin", as it came.
  std::string details;
  // Of an error that is the runtime's own; may be empty.
  std::string code;
};

// Gives `problem` to a caller who wants it and returns its status. When memory is gone, the status
// still says what happened.
semafoor_status report(Problem problem, const sfr_error** error) noexcept;

inline semafoor_span span_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string text_of(const semafoor_span& span) {
  return span.size == 0 ? std::string()
                        : std::string(reinterpret_cast<const char*>(span.data), span.size);
}

}  // namespace semafoor::runtime
