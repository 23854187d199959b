// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/host_process.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>

namespace semafoor::runtime {

std::int64_t process_id() {
  return ::getpid();
}

bool debug_log_wanted() {
  return ::secure_getenv("SEMAFOOR_RUNTIME_DEBUG") != nullptr;
}

struct SignalsBlocked::Saved {
  sigset_t mask;
};

SignalsBlocked::SignalsBlocked() : saved_(std::make_unique<Saved>()) {
  sigset_t all;
  sigfillset(&all);
  // A fault on one of our threads must still end the process where it happened.
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS})
    sigdelset(&all, fault);
  pthread_sigmask(SIG_SETMASK, &all, &saved_->mask);
}

SignalsBlocked::~SignalsBlocked() {
  pthread_sigmask(SIG_SETMASK, &saved_->mask, nullptr);
}

}  // namespace semafoor::runtime
