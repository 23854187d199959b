// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/quiet_pipe.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

namespace semafoor::upstream {
namespace {

sigset_t only_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

bool is_pending() {
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  return sigismember(&pending, SIGPIPE) == 1;
}

}  // namespace

struct QuietPipe::Before {
  sigset_t mask;
  bool pending;
};

QuietPipe::QuietPipe() : before_(std::make_unique<Before>()) {
  before_->pending = is_pending();
  const sigset_t set = only_sigpipe();
  pthread_sigmask(SIG_BLOCK, &set, &before_->mask);
}

QuietPipe::~QuietPipe() {
  // What came meanwhile was ours: it is taken away before the mask opens again.
  if (!before_->pending && is_pending()) {
    const sigset_t set = only_sigpipe();
    const timespec at_once{};
    sigtimedwait(&set, nullptr, &at_once);
  }
  pthread_sigmask(SIG_SETMASK, &before_->mask, nullptr);
}

}  // namespace semafoor::upstream
