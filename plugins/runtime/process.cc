// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/process.h"

#include <grpc/grpc.h>
#include <grpc/support/log.h>

#include "plugins/runtime/host_process.h"

namespace semafoor::runtime {
namespace {

// stderr belongs to the host.
void say_nothing(gpr_log_func_args* /*arguments*/) {}

}  // namespace

Process& Process::get() {
  static auto* process = new Process;
  return *process;
}

Process::Process() {
  if (!debug_log_wanted()) gpr_set_log_function(&say_nothing);
}

bool Process::forked() const {
  const std::int64_t owner = owner_;
  return owner != 0 && owner != process_id();
}

Process::Share::Share() {
  Process& process = Process::get();
  const std::lock_guard lock(process.mutex_);
  if (process.shares_ == 0) {
    process.owner_ = process_id();
    const SignalsBlocked blocked;
    grpc_init();
  }
  ++process.shares_;
}

Process::Share::~Share() {
  Process& process = Process::get();
  // Held throughout: an open that comes now waits until gRPC is down before it starts it again.
  const std::lock_guard lock(process.mutex_);
  std::erase_if(process.gateways_, [](const auto& entry) { return entry.second.expired(); });
  if (--process.shares_ == 0) grpc_shutdown_blocking();
}

std::shared_ptr<Gateway> Process::gateway(const GatewayKey& key, const Caller& caller) {
  const std::lock_guard lock(mutex_);
  std::weak_ptr<Gateway>& known = gateways_[key];
  auto gateway = known.lock();
  if (gateway == nullptr) {
    gateway = std::make_shared<Gateway>(key, caller, channels);
    known = gateway;
  }
  return gateway;
}

}  // namespace semafoor::runtime
