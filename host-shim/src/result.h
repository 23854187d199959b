// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "semafoor/status.h"

namespace semafoor::loader {

// Why something failed, before it becomes a semafoor_error at the boundary.
struct Problem {
  semafoor_status status = SEMAFOOR_INTERNAL;
  // Stable and machine-readable, "shim.<what>"; also the message key.
  std::string code;
  // One sentence: what was tried, what happened, what to do.
  std::string message;
  bool retryable = false;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Problem problem) : content_(std::in_place_index<1>, std::move(problem)) {}

  explicit operator bool() const { return content_.index() == 0; }
  T& operator*() & { return std::get<0>(content_); }
  T&& operator*() && { return std::get<0>(std::move(content_)); }
  T* operator->() { return &std::get<0>(content_); }
  const T& operator*() const& { return std::get<0>(content_); }
  const T* operator->() const { return &std::get<0>(content_); }
  Problem& problem() & { return std::get<1>(content_); }
  const Problem& problem() const& { return std::get<1>(content_); }
  Problem&& problem() && { return std::get<1>(std::move(content_)); }

 private:
  std::variant<T, Problem> content_;
};

struct Done {};
using Outcome = Result<Done>;

}  // namespace semafoor::loader
