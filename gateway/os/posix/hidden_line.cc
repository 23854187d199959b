// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/hidden_line.h"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace semafoor::os {
namespace {

constexpr std::size_t kMost = 1024;

class WithoutEcho {
 public:
  WithoutEcho() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~WithoutEcho() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;

 private:
  termios before_{};
};

}  // namespace

bool is_at_terminal() {
  return ::isatty(STDIN_FILENO) == 1;
}

std::optional<std::string> hidden_line(const std::string& question) {
  std::fputs(question.c_str(), stderr);
  std::fflush(stderr);
  const WithoutEcho quiet;
  // Never moved while it grows: no half of a secret stays behind.
  std::string line;
  line.reserve(kMost);
  char byte = 0;
  bool ended = false;
  while (line.size() < kMost && !ended) {
    const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    ended = byte == '\n';
    if (!ended) line += byte;
  }
  std::fputs("\n", stderr);
  if (!ended && line.empty()) return std::nullopt;
  return line;
}

}  // namespace semafoor::os
