// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/session.h"

#include <grpcpp/impl/client_unary_call.h>

namespace semafoor::runtime {
namespace {

std::chrono::milliseconds left_until(std::chrono::system_clock::time_point deadline) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(deadline -
                                                               std::chrono::system_clock::now());
}

grpc::ByteBuffer copy_of(const semafoor_span& request) {
  // Copied, because the transport may still hold the bytes after a cancelled call has returned to
  // its caller.
  const grpc::Slice slice(request.data, request.size);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

Problem problem_of(const grpc::Status& status, const grpc::ClientContext& context, bool stopped,
                   const std::string& method) {
  Problem problem{.status = static_cast<semafoor_status>(status.error_code()),
                  .message = status.error_message()};
  const auto& trailing = context.GetServerTrailingMetadata();
  if (const auto found = trailing.find("semafoor-error-bin"); found != trailing.end()) {
    problem.from_gateway = true;
    problem.details.assign(found->second.data(), found->second.size());
    return problem;
  }
  switch (status.error_code()) {
    case grpc::StatusCode::CANCELLED:
      if (stopped) {
        problem.status = SEMAFOOR_E_STOPPED;
        problem.message = "Called " + method + ": the instance was stopped before the answer came.";
      } else {
        problem.message = "Called " + method + ": cancelled by the host.";
      }
      break;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      problem.retryable = true;
      problem.message = "Called " + method +
                        ": no answer within the deadline. The gateway may still be at work; repeat "
                        "with the same ids.";
      break;
    case grpc::StatusCode::UNAVAILABLE:
      problem.retryable = true;
      problem.message = "Called " + method + ": the connection to the gateway broke (" +
                        status.error_message() +
                        "). Repeat with the same ids once the gateway is back.";
      break;
    default:
      break;
  }
  return problem;
}

bool Session::enter(Flight& flight) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  flights_.insert(&flight);
  return true;
}

void Session::leave(Flight& flight) {
  const std::lock_guard lock(mutex_);
  flights_.erase(&flight);
}

bool Session::begin_work() {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  ++inside_;
  return true;
}

void Session::end_work() {
  // Notified under the lock: the waiter in stop() may free the session as soon as it sees zero.
  const std::lock_guard lock(mutex_);
  --inside_;
  left_.notify_all();
}

bool Session::stop(std::chrono::milliseconds deadline) {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  for (Flight* flight : flights_) {
    flight->stopped = true;
    flight->context->TryCancel();
  }
  return left_.wait_for(lock, deadline, [this] { return inside_ == 0; });
}

bool Session::cancel(std::uint64_t operation_id) {
  const std::lock_guard lock(mutex_);
  bool found = false;
  for (Flight* flight : flights_) {
    if (operation_id == 0 || flight->operation_id != operation_id) continue;
    flight->context->TryCancel();
    found = true;
  }
  return found;
}

int Session::in_flight() const {
  const std::lock_guard lock(mutex_);
  return inside_;
}

namespace {

Problem stopped_problem(const std::string& method) {
  return {.status = SEMAFOOR_E_STOPPED,
          .message = "Called " + method +
                     " on an instance that is stopped. Make and start a new instance."};
}

// Counts the caller as inside for as long as it lives.
class Inside {
 public:
  explicit Inside(Session& session) : session_(session), entered_(session.begin_work()) {}
  ~Inside() {
    if (entered_) session_.end_work();
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  bool entered() const { return entered_; }

 private:
  Session& session_;
  const bool entered_;
};

void prepare(grpc::ClientContext& context, const Access& access, const CallOptions& options) {
  context.set_deadline(options.deadline);
  context.set_wait_for_ready(access.wait_for_ready);
  context.AddMetadata("authorization", access.authorization);
  for (const auto& [key, value] : options.metadata) context.AddMetadata(key, value);
}

}  // namespace

std::variant<grpc::Slice, Problem> Session::call(const std::string& method,
                                                 const semafoor_span& request,
                                                 const CallOptions& options) {
  const Inside inside(*this);
  if (!inside.entered()) return stopped_problem(method);
  const grpc::ByteBuffer message = copy_of(request);
  std::uint64_t refused_generation = 0;
  for (;;) {
    auto granted = connection_->access(left_until(options.deadline), refused_generation);
    if (auto* problem = std::get_if<Problem>(&granted)) return std::move(*problem);
    const Access& access = std::get<Access>(granted);
    grpc::ClientContext context;
    prepare(context, access, options);
    Flight flight;
    flight.context = &context;
    flight.operation_id = options.operation_id;
    if (!enter(flight)) return stopped_problem(method);
    const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
    grpc::ByteBuffer reply;
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
            access.channel.get(), rpc, &context, message, &reply);
    leave(flight);
    if (status.ok()) {
      grpc::Slice body;
      if (reply.TrySingleSlice(&body).ok() || reply.DumpToSingleSlice(&body).ok()) return body;
      return Problem{.status = SEMAFOOR_INTERNAL,
                     .message = "Called " + method + ": the answer could not be read."};
    }
    // A token that the gateway no longer knows (it restarted): once more with a new one. The call
    // was refused before it had any effect.
    if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED && refused_generation == 0) {
      refused_generation = access.generation;
      continue;
    }
    return problem_of(status, context, flight.stopped, method);
  }
}

std::variant<std::unique_ptr<Stream>, Problem> Stream::open(std::shared_ptr<Session> session,
                                                            const std::string& method,
                                                            const semafoor_span& request,
                                                            const CallOptions& options) {
  const Inside inside(*session);
  if (!inside.entered()) return stopped_problem(method);
  std::uint64_t refused_generation = 0;
  for (;;) {
    auto granted = session->connection().access(left_until(options.deadline), refused_generation);
    if (auto* problem = std::get_if<Problem>(&granted)) return std::move(*problem);
    const Access& access = std::get<Access>(granted);
    std::unique_ptr<Stream> stream(new Stream(session, method));
    Problem problem;
    switch (stream->start(access, request, options, problem)) {
      case Start::ready:
        return stream;
      case Start::failed:
        return problem;
      case Start::refused_token:
        if (refused_generation != 0) return problem;
        refused_generation = access.generation;
    }
  }
}

Stream::Start Stream::start(const Access& access, const semafoor_span& request,
                            const CallOptions& options, Problem& problem) {
  channel_ = access.channel;
  context_ = std::make_unique<grpc::ClientContext>();
  prepare(*context_, access, options);
  flight_.context = context_.get();
  flight_.operation_id = options.operation_id;
  if (!session_->enter(flight_)) {
    problem = stopped_problem(method_);
    return Start::failed;
  }
  const grpc::internal::RpcMethod rpc(method_.c_str(), grpc::internal::RpcMethod::SERVER_STREAMING);
  reader_.reset(grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create(
      channel_.get(), rpc, context_.get(), copy_of(request)));
  grpc::Status status;
  if (take(first_, status) || status.ok()) return Start::ready;
  problem = problem_of(status, *context_, flight_.stopped, method_);
  return status.error_code() == grpc::StatusCode::UNAUTHENTICATED ? Start::refused_token
                                                                  : Start::failed;
}

Stream::~Stream() {
  if (reader_ != nullptr && !finished_) {
    context_->TryCancel();
    grpc::ByteBuffer rest;
    while (reader_->Read(&rest)) {
    }
    (void)reader_->Finish();
  }
  session_->leave(flight_);
}

bool Stream::take(std::optional<grpc::Slice>& slice, grpc::Status& status) {
  grpc::ByteBuffer message;
  if (reader_->Read(&message)) {
    grpc::Slice bytes;
    if (message.TrySingleSlice(&bytes).ok() || message.DumpToSingleSlice(&bytes).ok()) {
      slice = std::move(bytes);
      return true;
    }
    status = grpc::Status(grpc::StatusCode::INTERNAL, "a message of the stream could not be read");
    return false;
  }
  finished_ = true;
  status = reader_->Finish();
  return false;
}

std::variant<std::optional<grpc::Slice>, Problem> Stream::read() {
  const Inside inside(*session_);
  if (!inside.entered()) return stopped_problem(method_);
  std::optional<grpc::Slice> slice;
  if (first_) {
    slice.swap(first_);
    return slice;
  }
  grpc::Status status;
  if (finished_ || take(slice, status) || status.ok()) return slice;
  return problem_of(status, *context_, flight_.stopped, method_);
}

}  // namespace semafoor::runtime
