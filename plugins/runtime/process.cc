// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/process.h"

#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <unistd.h>

#include <cstdlib>

namespace semafoor::runtime {
namespace {

// stderr belongs to the host. Honoured only where the environment can be trusted (not setuid).
void quiet(gpr_log_func_args* /*arguments*/) {}

}  // namespace

Process& Process::get() {
  static auto* process = new Process;
  return *process;
}

Process::Process() : pid_(getpid()) {
  if (secure_getenv("SEMAFOOR_RUNTIME_DEBUG") == nullptr) gpr_set_log_function(&quiet);
}

bool Process::forked() const {
  return getpid() != pid_;
}

std::shared_ptr<Gateway> Process::join(AttestationRequest request) {
  const std::lock_guard lock(mutex_);
  if (sessions_ == 0) grpc_init();
  ++sessions_;
  std::weak_ptr<Gateway>& known = gateways_[request.path];
  auto gateway = known.lock();
  if (gateway == nullptr) {
    gateway = std::make_shared<Gateway>(std::move(request));
    known = gateway;
  }
  return gateway;
}

void Process::leave(std::shared_ptr<Gateway> gateway) {
  // Held throughout: an open that comes now waits until gRPC is down before it starts it again.
  const std::lock_guard lock(mutex_);
  const std::string path = gateway->connection->path();
  gateway.reset();
  if (gateways_[path].expired()) gateways_.erase(path);
  if (--sessions_ == 0) grpc_shutdown_blocking();
}

int Process::sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_;
}

int Process::channels() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(gateways_.size());
}

}  // namespace semafoor::runtime
