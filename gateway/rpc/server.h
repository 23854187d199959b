// SPDX-License-Identifier: Apache-2.0
//
// The front door of the gateway: services, sessions, events, metrics, behind one gRPC server.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/rpc/journal.h"
#include "gateway/rpc/sessions.h"

namespace semafoor::store {
class Store;
struct CommitNotice;
}  // namespace semafoor::store

namespace semafoor::rpc {

class CallMetrics;
class Door;
struct GatewayFacts;
struct UseCases;

struct ServerOptions {
  // Threads for what may block: listings, writes that wait for the disk, reading attachments.
  std::size_t pool_threads = 4;
  std::size_t pool_queue = 1024;
  // A token is good on the connections of its own process alone, not of its whole account.
  bool bind_tokens = true;
  // Of each paired machine; those of this machine have theirs from Sessions.
  std::int64_t calls_per_second = 50'000;
};

// gRPC stays out of this header. All that start() is given outlives the server.
class Server {
 public:
  // `network` goes with UseCases::pairing: null, nobody of the network comes in.
  // Listens; serves at once, while the health service says NOT_SERVING until set_ready(true).
  static Result<std::unique_ptr<Server>> start(ServerOptions options, UseCases& rooms,
                                               const GatewayFacts& facts, Sessions& sessions,
                                               Door& door, Journal& journal,
                                               Door* network = nullptr);
  virtual ~Server() = default;

  virtual void set_ready(bool ready) = 0;
  // For Store::on_commit: wakes who waits for events. Returns at once; any thread.
  virtual void committed(const store::CommitNotice& notice) = 0;
  // Ends waiting calls, lets running ones go on for `grace`, then cancels them. Returns when none
  // is left. Before the store is closed. Idempotent.
  virtual void stop(std::chrono::milliseconds grace) = 0;
  virtual const CallMetrics& metrics() const = 0;
  // Calls that wait for events.
  virtual std::size_t waiting() const = 0;
};

}  // namespace semafoor::rpc
