// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/sync_stream.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "plugins/runtime/connection.h"

namespace semafoor::runtime {

struct CallOptions {
  std::chrono::system_clock::time_point deadline;
  std::uint64_t operation_id = 0;
  std::vector<std::pair<std::string, std::string>> metadata;
};

// Calls and streams of one plugin instance: knows what is in flight, so that it can cancel it and
// wait for it. Every member may be called by several threads.
class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

  std::variant<grpc::Slice, Problem> call(const std::string& method, const semafoor_span& request,
                                          const CallOptions& options);
  // Cancels everything, refuses what comes, waits until nothing is inside. False: not within the
  // deadline.
  bool stop(std::chrono::milliseconds deadline);
  // Did anything bear that id?
  bool cancel(std::uint64_t operation_id);
  int in_flight() const;

  // What is in flight: a call, or a stream as long as it is open.
  struct Flight {
    grpc::ClientContext* context = nullptr;
    std::uint64_t operation_id = 0;
    // Set by stop(), read by the call's own thread.
    std::atomic<bool> stopped{false};
  };
  // False when the session is stopped. `flight` stays registered until leave().
  bool enter(Flight& flight);
  void leave(Flight& flight);
  // A read of a stream is inside: stop() waits for it.
  bool begin_work();
  void end_work();

  Connection& connection() { return *connection_; }

 private:
  const std::shared_ptr<Connection> connection_;
  mutable std::mutex mutex_;
  std::condition_variable left_;
  bool stopped_ = false;
  int inside_ = 0;
  std::set<Flight*> flights_;
};

// An open server stream. One thread at a time, but for cancel through the session.
class Stream {
 public:
  static std::variant<std::unique_ptr<Stream>, Problem> open(std::shared_ptr<Session> session,
                                                             const std::string& method,
                                                             const semafoor_span& request,
                                                             const CallOptions& options);
  ~Stream();
  // The next message; an empty optional is the good end.
  std::variant<std::optional<grpc::Slice>, Problem> read();

 private:
  enum class Start { ready, refused_token, failed };
  Start start(const Access& access, const semafoor_span& request, const CallOptions& options,
              Problem& problem);
  // Takes the next message into `slice`; false at the end, whose status is then in `status`.
  bool take(std::optional<grpc::Slice>& slice, grpc::Status& status);

  Stream(std::shared_ptr<Session> session, const std::string& method)
      : session_(std::move(session)), method_(method) {}

  const std::shared_ptr<Session> session_;
  const std::string method_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> reader_;
  Session::Flight flight_;
  // Read while opening, so that a refusal is known before the caller has a stream.
  std::optional<grpc::Slice> first_;
  bool finished_ = false;
};

// The caller's view of a failed call. `stopped`: the session cancelled it.
Problem problem_of(const grpc::Status& status, const grpc::ClientContext& context, bool stopped,
                   const std::string& method);

}  // namespace semafoor::runtime
