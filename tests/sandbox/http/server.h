// SPDX-License-Identifier: Apache-2.0
//
// Serves calls on 127.0.0.1 and does to their answers what a fault says.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tests/sandbox/http/fault.h"
#include "tests/sandbox/http/message.h"

namespace semafoor::sandbox::http {

// What the server asks of the application. All [any-thread], called at the same time from many.
class Application {
 public:
  virtual ~Application() = default;
  virtual Reply serve(const Call& call) = 0;
  // Takes a fault for this call, once.
  virtual std::optional<Fault> fault_for(const Call& call) = 0;
  // The error that a fault asks for (Fault::is_error).
  virtual Reply error(const Call& call, const Fault& fault) = 0;
  // Grows when faults are cleared: whoever hangs looks again.
  virtual std::uint64_t fault_epoch() const = 0;
};

class Server {
 public:
  // `application` outlives the server. Throws std::runtime_error when the port cannot be had. Port
  // 0: any. Calls are accepted from here on and answered after start().
  Server(Application& application, int port);
  // Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  void start();
  // Ends open connections, also hanging ones, and joins every thread. Idempotent.
  void stop();
  // Wakes hanging calls so that they look at the epoch.
  void faults_changed();

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

}  // namespace semafoor::sandbox::http
