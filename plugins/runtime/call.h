// SPDX-License-Identifier: Apache-2.0
//
// What unary calls and streams have in common: what goes out, and how a failure is told.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plugins/runtime/connection.h"

namespace semafoor::runtime {

struct CallOptions {
  std::chrono::steady_clock::time_point deadline;
  std::uint64_t operation_id = 0;
  std::vector<std::pair<std::string, std::string>> metadata;
};

// A call, or a stream as long as it is open: what stop() and cancel() find.
struct Flight {
  explicit Flight(std::uint64_t id) : operation_id(id) {}
  const std::uint64_t operation_id;
  // Ends waits that are not gRPC's.
  std::atomic<bool> given_up{false};
  std::atomic<bool> stopped{false};
  // Under the session's mutex.
  grpc::ClientContext* context = nullptr;
};

// What gRPC would end the process over: a method or metadata that HTTP/2 cannot carry. Nothing when
// all is well.
std::optional<Problem> check(const std::string& method, const CallOptions& options);

void prepare(grpc::ClientContext& context, const Access& access, const CallOptions& options);

// Copied, because the transport may still hold the bytes after a cancelled call has returned to its
// caller.
grpc::ByteBuffer copy_of(const semafoor_span& request);

// Failures after which the same call may go out once more with a new introduction, because it had
// no effect: the gateway did not know the token (it restarted), or the call never left.
bool never_accepted(const grpc::Status& status, const grpc::ClientContext& context);

// The caller's view of a failed call.
Problem problem_of(const grpc::Status& status, const grpc::ClientContext& context,
                   const Flight& flight, const std::string& method);

// Access could not be had.
Problem without_access(Problem problem, const Flight& flight, const std::string& method);

// Called on a session that is stopped.
Problem stopped_problem(const std::string& method);

}  // namespace semafoor::runtime
