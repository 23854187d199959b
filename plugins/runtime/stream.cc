// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/stream.h"

#include <utility>

namespace semafoor::runtime {

Stream::Stream(std::shared_ptr<Session> session, std::string method, const CallOptions& options)
    : session_(std::move(session)),
      method_(std::move(method)),
      flight_(options.operation_id),
      registered_(*session_, flight_) {}

Stream::~Stream() {
  drop_attempt();
}

void Stream::drop_attempt() {
  if (attempt_ == nullptr) return;
  if (attempt_->reader != nullptr && !end_) {
    attempt_->context.TryCancel();
    grpc::ByteBuffer rest;
    while (attempt_->reader->Read(&rest)) {
    }
    (void)attempt_->reader->Finish();
  }
  session_->attach(flight_, nullptr);
  attempt_.reset();
}

std::variant<std::shared_ptr<Stream>, Problem> Stream::open(std::shared_ptr<Session> session,
                                                            const std::string& method,
                                                            const semafoor_span& request,
                                                            const CallOptions& options) {
  const Session::Inside inside(*session);
  if (!inside.entered()) return stopped_problem(method);
  if (auto problem = check(method, options)) return std::move(*problem);
  std::shared_ptr<Stream> stream(new Stream(std::move(session), method, options));
  if (auto problem = stream->start(request, options)) return std::move(*problem);
  return stream;
}

std::optional<Problem> Stream::start(const semafoor_span& request, const CallOptions& options) {
  const Patience patience{options.deadline, &flight_.given_up};
  const grpc::internal::RpcMethod rpc(method_.c_str(), grpc::internal::RpcMethod::SERVER_STREAMING);
  std::uint64_t failed_generation = 0;
  for (;;) {
    auto granted = session_->connection().access(patience, failed_generation);
    if (auto* problem = std::get_if<Problem>(&granted))
      return without_access(std::move(*problem), flight_, method_);
    const auto& access = std::get<Access>(granted);
    attempt_ = std::make_unique<Attempt>();
    attempt_->channel = access.channel;
    prepare(attempt_->context, access, options);
    session_->attach(flight_, &attempt_->context);
    attempt_->reader.reset(grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create(
        access.channel.get(), rpc, &attempt_->context, copy_of(request)));
    grpc::ByteBuffer message;
    if (take(message)) {
      first_ = std::move(message);
      return std::nullopt;
    }
    if (end_->ok()) return std::nullopt;
    if (failed_generation == 0 && never_accepted(*end_, attempt_->context)) {
      failed_generation = access.generation;
      drop_attempt();
      end_.reset();
      continue;
    }
    return problem_of(*end_, attempt_->context, flight_, method_);
  }
}

bool Stream::take(grpc::ByteBuffer& message) {
  if (end_) return false;
  session_->make_way();
  if (attempt_->reader->Read(&message)) return true;
  end_ = attempt_->reader->Finish();
  return false;
}

std::variant<std::optional<grpc::ByteBuffer>, Problem> Stream::read() {
  const Session::Inside inside(*session_);
  if (!inside.entered()) return stopped_problem(method_);
  const std::lock_guard lock(reading_);
  if (first_) return std::exchange(first_, std::nullopt);
  if (attempt_ == nullptr)
    return Problem{.status = SEMAFOOR_FAILED_PRECONDITION,
                   .message = "Read " + method_ + " after the stream was closed."};
  grpc::ByteBuffer message;
  if (take(message)) return std::optional(std::move(message));
  if (end_->ok()) return std::optional<grpc::ByteBuffer>();
  return problem_of(*end_, attempt_->context, flight_, method_);
}

void Stream::close() {
  session_->give_up(flight_);
  const std::lock_guard lock(reading_);
  drop_attempt();
}

}  // namespace semafoor::runtime
