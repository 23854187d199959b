// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/session.h"

#include <grpcpp/impl/client_unary_call.h>

namespace semafoor::runtime {

Session::Session(const GatewayKey& key, const Caller& caller)
    : gateway_(Process::get().gateway(key, caller)) {}

Session::~Session() = default;

void Session::watch(Watcher::Waker waker) {
  gateway_->watcher.add(this, std::move(waker));
}

Session::Inside::Inside(Session& session)
    : session_(session), entered_([&] {
        const std::lock_guard lock(session.mutex_);
        if (!session.stopped_) ++session.inside_;
        return !session.stopped_;
      }()) {}

Session::Inside::~Inside() {
  if (!entered_) return;
  // Notified under the lock: the waiter in stop() may free the session as soon as it sees zero.
  const std::lock_guard lock(session_.mutex_);
  --session_.inside_;
  session_.left_.notify_all();
}

Session::Registered::Registered(Session& session, Flight& flight)
    : session_(session), flight_(flight) {
  const std::lock_guard lock(session_.mutex_);
  session_.flights_.insert(&flight_);
  // Stopped between Inside and here.
  if (session_.stopped_) flight_.stopped = flight_.given_up = true;
  ++Process::get().calls_in_flight;
}

Session::Registered::~Registered() {
  const std::lock_guard lock(session_.mutex_);
  session_.flights_.erase(&flight_);
  --Process::get().calls_in_flight;
}

void Session::attach(Flight& flight, grpc::ClientContext* context) {
  const std::lock_guard lock(mutex_);
  flight.context = context;
  if (context != nullptr && flight.given_up) context->TryCancel();
}

void Session::end(Flight& flight) {
  flight.given_up = true;
  if (flight.context != nullptr) flight.context->TryCancel();
}

void Session::give_up(Flight& flight) {
  const std::lock_guard lock(mutex_);
  end(flight);
}

bool Session::stop(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (Flight* flight : flights_) {
      flight->stopped = true;
      end(*flight);
    }
  }
  if (!gateway_->watcher.remove(this, until)) return false;
  std::unique_lock lock(mutex_);
  return left_.wait_until(lock, until, [this] { return inside_ == 0; });
}

bool Session::cancel(std::uint64_t operation_id) {
  if (operation_id == 0) return false;
  const std::lock_guard lock(mutex_);
  bool found = false;
  for (Flight* flight : flights_) {
    if (flight->operation_id != operation_id) continue;
    end(*flight);
    found = true;
  }
  return found;
}

std::variant<grpc::ByteBuffer, Problem> Session::call(const std::string& method,
                                                      const semafoor_span& request,
                                                      const CallOptions& options) {
  const Inside inside(*this);
  if (!inside.entered()) return stopped_problem(method);
  if (auto problem = check(method, options)) return std::move(*problem);
  Flight flight(options.operation_id);
  const Registered registered(*this, flight);
  const Patience patience{options.deadline, &flight.given_up};
  const grpc::ByteBuffer message = copy_of(request);
  std::uint64_t failed_generation = 0;
  for (;;) {
    auto granted = connection().access(patience, failed_generation);
    if (auto* problem = std::get_if<Problem>(&granted))
      return without_access(std::move(*problem), flight, method);
    const auto& access = std::get<Access>(granted);
    grpc::ClientContext context;
    prepare(context, access, options);
    attach(flight, &context);
    make_way();
    const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
    grpc::ByteBuffer reply;
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
            access.channel.get(), rpc, &context, message, &reply);
    attach(flight, nullptr);
    make_way();
    if (status.ok()) return reply;
    if (failed_generation == 0 && never_accepted(status, context)) {
      failed_generation = access.generation;
      continue;
    }
    return problem_of(status, context, flight, method);
  }
}

}  // namespace semafoor::runtime
