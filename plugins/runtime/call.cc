// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/call.h"

#include <grpc/support/time.h>

#include <algorithm>

namespace semafoor::runtime {
namespace {

constexpr std::size_t kLongestMethod = 512;
constexpr std::size_t kLongestKey = 128;
// gRPC's servers take 8 KiB of metadata in all.
constexpr std::size_t kMostMetadata = 6 * 1024;

template <typename Allowed>
bool only(const std::string& text, Allowed allowed) {
  return std::all_of(text.begin(), text.end(), allowed);
}

bool in_range(char c, char first, char last) {
  return c >= first && c <= last;
}

bool good_method(const std::string& method) {
  return method.size() > 1 && method.size() <= kLongestMethod && method.front() == '/' &&
         only(method, [](char c) {
           return in_range(c, 'a', 'z') || in_range(c, 'A', 'Z') || in_range(c, '0', '9') ||
                  c == '/' || c == '.' || c == '_';
         });
}

bool good_key(const std::string& key) {
  return !key.empty() && key.size() <= kLongestKey && !key.starts_with("grpc-") &&
         key != "authorization" && key != "te" && key != "content-type" && key != "user-agent" &&
         only(key, [](char c) {
           return in_range(c, 'a', 'z') || in_range(c, '0', '9') || c == '-' || c == '_' ||
                  c == '.';
         });
}

Problem invalid(std::string message) {
  return {.status = SEMAFOOR_INVALID_ARGUMENT, .message = std::move(message)};
}

// True for what the gateway sent, and also for what the transport made up when it ended a stream:
// gRPC does not tell these two apart. False only for a call that never got a stream.
bool from_stream(const grpc::ClientContext& context) {
  return context.debug_error_string().find("Error received from peer") != std::string::npos;
}

bool never_connected(const grpc::Status& status) {
  return status.error_message().find("failed to connect") != std::string::npos;
}

}  // namespace

std::optional<Problem> check(const std::string& method, const CallOptions& options) {
  if (!good_method(method))
    return invalid(
        "Asked to call a method whose name is not of the form '/package.Service/Method'.");
  std::size_t size = 0;
  for (const auto& [key, value] : options.metadata) {
    if (!good_key(key))
      return invalid("Called " + method +
                     ": a metadata key is not allowed. Lower-case ASCII, and "
                     "not one of gRPC's own.");
    if (!key.ends_with("-bin") && !only(value, [](char c) { return in_range(c, ' ', '~'); }))
      return invalid("Called " + method + ": the metadata '" + key +
                     "' is not printable ASCII. Use a key that ends in '-bin'.");
    size += key.size() + value.size();
  }
  if (size > kMostMetadata)
    return invalid("Called " + method + ": " + std::to_string(size) +
                   " bytes of metadata; at most " + std::to_string(kMostMetadata) +
                   " are carried.");
  return std::nullopt;
}

void prepare(grpc::ClientContext& context, const Access& access, const CallOptions& options) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(options.deadline -
                                                                 std::chrono::steady_clock::now());
  // By the monotonic clock: a wall clock that jumps neither ends a call early nor prolongs it.
  context.set_deadline(
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(left.count(), GPR_TIMESPAN)));
  context.set_wait_for_ready(access.wait_for_ready);
  if (!access.authorization.empty()) context.AddMetadata("authorization", access.authorization);
  for (const auto& [key, value] : options.metadata) context.AddMetadata(key, value);
}

grpc::ByteBuffer copy_of(const semafoor_span& request) {
  const grpc::Slice slice(request.data, request.size);
  return grpc::ByteBuffer(&slice, 1);
}

bool never_accepted(const grpc::Status& status, const grpc::ClientContext& context) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAUTHENTICATED:
      return from_stream(context);
    case grpc::StatusCode::UNAVAILABLE:
      return !from_stream(context) && never_connected(status);
    default:
      return false;
  }
}

Problem problem_of(const grpc::Status& status, const grpc::ClientContext& context,
                   const Flight& flight, const std::string& method) {
  Problem problem{.status = static_cast<semafoor_status>(status.error_code()),
                  .message = status.error_message()};
  const auto& trailing = context.GetServerTrailingMetadata();
  if (const auto found = trailing.find("semafoor-error-bin"); found != trailing.end()) {
    problem.from_gateway = true;
    problem.retryable = status.error_code() == grpc::StatusCode::UNAVAILABLE;
    problem.details.assign(found->second.data(), found->second.size());
    return problem;
  }
  const std::string called = "Called " + method + ": ";
  switch (status.error_code()) {
    case grpc::StatusCode::CANCELLED:
      problem.from_gateway = !flight.given_up;
      if (flight.stopped) {
        problem.status = SEMAFOOR_E_STOPPED;
        problem.message = called + "the instance was stopped before the answer came.";
      } else if (flight.given_up) {
        problem.message = called + "cancelled by the host before the answer came.";
      }
      break;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      problem.retryable = true;
      problem.message = called +
                        "no answer within the deadline. The gateway may still be at work; "
                        "repeat with the same ids.";
      break;
    case grpc::StatusCode::UNAVAILABLE:
      problem.retryable = true;
      if (never_connected(status)) {
        problem.status = SEMAFOOR_E_GATEWAY_ABSENT;
        problem.message = called + "the gateway does not answer at its address (" +
                          status.error_message() +
                          "). Nothing was sent. Check that the gateway's service runs.";
      } else {
        problem.message = called + "the connection to the gateway broke (" +
                          status.error_message() +
                          "). Whether the call had its effect is not known; repeat with the same "
                          "ids once the gateway is back.";
      }
      break;
    default:
      problem.from_gateway = from_stream(context);
      if (!problem.from_gateway) problem.message = called + status.error_message();
      break;
  }
  return problem;
}

Problem without_access(Problem problem, const Flight& flight, const std::string& method) {
  if (problem.status == SEMAFOOR_CANCELLED && flight.stopped) problem.status = SEMAFOOR_E_STOPPED;
  problem.message = "Called " + method + ": " + problem.message;
  return problem;
}

Problem stopped_problem(const std::string& method) {
  return {.status = SEMAFOOR_E_STOPPED,
          .message = "Called " + method +
                     " on an instance that is stopped. Make and start a new instance."};
}

}  // namespace semafoor::runtime
