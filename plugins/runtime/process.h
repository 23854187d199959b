// SPDX-License-Identifier: Apache-2.0
//
// What the runtime keeps per process: sessions and the gateways they share.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "plugins/runtime/connection.h"
#include "plugins/runtime/session.h"
#include "plugins/runtime/watcher.h"

namespace semafoor::runtime {

// A gateway in use by at least one session.
struct Gateway {
  explicit Gateway(AttestationRequest request)
      : connection(std::make_shared<Connection>(std::move(request))), watcher(connection) {}
  std::shared_ptr<Connection> connection;
  Watcher watcher;
};

// Made by the first open and never destroyed: a host may leave its process at any moment, and
// nothing of ours may then run a destructor.
class Process {
 public:
  static Process& get();

  // True in a child made by fork() after the first open: gRPC's connections belong to the parent.
  bool forked() const;
  // The gateway behind `request.path`; starts gRPC for the first session.
  std::shared_ptr<Gateway> join(AttestationRequest request);
  // Gives the session's share back. The last one shuts gRPC down, on this thread.
  void leave(std::shared_ptr<Gateway> gateway);

  int sessions() const;
  int channels() const;

 private:
  Process();

  const pid_t pid_;
  mutable std::mutex mutex_;
  int sessions_ = 0;
  std::map<std::string, std::weak_ptr<Gateway>> gateways_;
};

}  // namespace semafoor::runtime
