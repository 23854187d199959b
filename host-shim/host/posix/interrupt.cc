// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <system_error>

namespace semafoor::reference_host {
namespace {

// A signal handler may do little more than write to a pipe, and has no object to do it with.
std::array<int, 2> g_pipe{-1, -1};

void note(int) {
  const int saved = errno;
  const char byte = 1;
  [[maybe_unused]] const ssize_t written = write(g_pipe[1], &byte, 1);
  errno = saved;
}

}  // namespace

Interrupt::Interrupt() {
  if (pipe2(g_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    throw std::system_error(errno, std::generic_category(), "making a pipe for Ctrl-C");
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  close(g_pipe[0]);
  close(g_pipe[1]);
}

void Interrupt::raise() {
  note(0);
}

bool Interrupt::wait(std::optional<std::chrono::milliseconds> limit) {
  const auto until =
      std::chrono::steady_clock::now() + limit.value_or(std::chrono::milliseconds(0));
  while (true) {
    int timeout = -1;
    if (limit) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      timeout = static_cast<int>(std::clamp<int64_t>(left.count(), 0, INT_MAX));
    }
    pollfd waited{g_pipe[0], POLLIN, 0};
    const int ready = poll(&waited, 1, timeout);
    if (ready > 0) return true;
    // A signal ends poll early; its byte is then in the pipe.
    if (ready == 0) return false;
  }
}

}  // namespace semafoor::reference_host
