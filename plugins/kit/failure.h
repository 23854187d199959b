// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "semafoor/error.h"

namespace semafoor::kit {

// Why something failed, inside a plugin; becomes a semafoor_error only at the boundary. `message`
// says what was tried, what happened and what to do; no member holds a national number or a secret.
struct Failure {
  semafoor_status status = SEMAFOOR_INTERNAL;
  // Stable and machine-readable: "config.unknown_key". Also the message key unless that is set.
  std::string code;
  std::string message;
  bool retryable = false;
  std::int64_t retry_after_ms = -1;
  std::string domain = "plugin";
  std::string message_key = {};
  std::string correlation_id = {};
  // A JSON object, or empty.
  std::string details_json = {};
};

// A value, or why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure failure) : content_(std::in_place_index<1>, std::move(failure)) {}

  explicit operator bool() const { return content_.index() == 0; }
  T& operator*() { return std::get<0>(content_); }
  const T& operator*() const { return std::get<0>(content_); }
  T* operator->() { return &std::get<0>(content_); }
  Failure& failure() { return std::get<1>(content_); }

 private:
  std::variant<T, Failure> content_;
};

struct Nothing {};
using Done = Result<Nothing>;

// Gives `failure` to a caller who wants it and returns its status. When memory is gone the status
// still says what happened.
semafoor_status report(Failure failure, const semafoor_error** error) noexcept;

}  // namespace semafoor::kit
