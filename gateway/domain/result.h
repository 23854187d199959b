// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace semafoor {

// What went wrong, in the gRPC vocabulary that ends at the caller. Finer meaning is in
// `Error::code`.
enum class ErrorKind {
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
  unauthenticated = 16,
};

// An error that crosses rooms. `message` says what was tried, what happened and what to do, in that
// order, and never holds a national number or a secret.
struct Error {
  ErrorKind kind = ErrorKind::unknown;
  // Stable and machine-readable: "<room>.<what>", for example "feedback.code_expired". Also the
  // message key.
  std::string code;
  std::string message;
  // The same request may succeed later without change.
  bool retryable = false;
  // Milliseconds until a retry makes sense; unset when nobody said.
  std::optional<std::int64_t> retry_after_ms;
  // Path of the wrong request field in proto3 JSON names, when there is one.
  std::string field;
  // Status of plugin-api/status.h that is finer than gRPC's; 0 when there is none.
  int abi_status = 0;
  // HTTP status of the upstream that caused it; 0 when none did.
  int upstream_status = 0;
};

// A value, or why there is none. Errors cross rooms as values; exceptions stay inside one.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(content_); }
  const T& value() const& { return std::get<0>(content_); }
  T&& value() && { return std::get<0>(std::move(content_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() & { return std::get<1>(content_); }
  const Error& error() const& { return std::get<1>(content_); }
  Error&& error() && { return std::get<1>(std::move(content_)); }

 private:
  std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  Error& error() & { return *error_; }
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace semafoor
