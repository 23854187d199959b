// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <variant>

#include "plugins/runtime/call.h"
#include "plugins/runtime/process.h"

namespace semafoor::runtime {

// Calls and streams of one plugin instance: knows what is in flight, so that it can cancel it and
// wait for it. Every member may be called by several threads. It lives until the last call and
// stream have gone, and keeps gRPC running for so long.
class Session {
 public:
  Session(const GatewayKey& key, const Caller& caller);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void watch(Watcher::Waker waker);
  std::variant<grpc::ByteBuffer, Problem> call(const std::string& method,
                                               const semafoor_span& request,
                                               const CallOptions& options);
  // Cancels everything, refuses what comes, waits until nothing is inside and no waker runs.
  // False: not within the time.
  bool stop(std::chrono::milliseconds time);
  // Did anything bear that id?
  bool cancel(std::uint64_t operation_id);

  Connection& connection() { return gateway_->connection; }
  // To be said around every wait for the gateway.
  void make_way() { gateway_->watcher.make_way(); }

  // A thread is inside; stop() waits for it.
  class Inside {
   public:
    explicit Inside(Session& session);
    ~Inside();
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    // False when the session is stopped: leave at once.
    bool entered() const { return entered_; }

   private:
    Session& session_;
    const bool entered_;
  };

  // In flight for as long as it lives.
  class Registered {
   public:
    Registered(Session& session, Flight& flight);
    ~Registered();
    Registered(const Registered&) = delete;
    Registered& operator=(const Registered&) = delete;

   private:
    Session& session_;
    Flight& flight_;
  };

  // The context that a cancel reaches from now on; null before it goes.
  void attach(Flight& flight, grpc::ClientContext* context);
  // Cancels one flight.
  void give_up(Flight& flight);

 private:
  // Under mutex_.
  static void end(Flight& flight);

  // First in, last out: gRPC ends after the connection has gone.
  const Process::Share share_;
  const std::shared_ptr<Gateway> gateway_;
  std::mutex mutex_;
  std::condition_variable left_;
  bool stopped_ = false;
  int inside_ = 0;
  std::set<Flight*> flights_;
};

}  // namespace semafoor::runtime
