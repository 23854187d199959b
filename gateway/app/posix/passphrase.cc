// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/passphrase.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "gateway/os/hidden_line.h"

namespace semafoor::app {
namespace {

constexpr std::size_t kMost = 1024;
constexpr char kQuestion[] = "Passphrase of Semafoor's sealing key: ";
constexpr char kAskProgram[] =
    "systemd-ask-password --id=semafoor --timeout=0 \"Passphrase of Semafoor's sealing key:\"";

Error locked(const std::string& what) {
  return {
      .kind = ErrorKind::failed_precondition,
      .code = "vault.locked",
      .message = "Asked for the passphrase of the sealing key: " + what + " Nothing was changed."};
}

// A line, or what there is.
Result<vault::SecretBytes> line_of(int fd) {
  std::string line;
  line.reserve(kMost);
  char byte = 0;
  while (line.size() < kMost) {
    const ssize_t got = ::read(fd, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || byte == '\n') break;
    line += byte;
  }
  if (line.empty()) return locked("none was given.");
  return vault::SecretBytes(std::move(line));
}

}  // namespace

Result<vault::SecretBytes> ask_passphrase(bool from_stdin) {
  if (from_stdin) return line_of(STDIN_FILENO);
  if (os::is_at_terminal()) {
    auto line = os::hidden_line(kQuestion);
    if (!line || line->empty()) return locked("none was given.");
    return vault::SecretBytes(*std::move(line));
  }
  FILE* const program = ::popen(kAskProgram, "re");
  if (program == nullptr) return locked("no program to ask with could be started.");
  auto line = line_of(::fileno(program));
  const int status = ::pclose(program);
  if (status != 0 || !line)
    return locked(
        "there is no terminal, and systemd-ask-password brought none. Give it on standard input "
        "(semafoor-gateway run --passphrase-stdin).");
  return line;
}

Result<vault::SecretBytes> handed_passphrase() {
  const char* const word = std::getenv("SEMAFOOR_PASSPHRASE_FD");
  int fd = -1;
  if (word != nullptr) std::from_chars(word, word + std::strlen(word), fd);
  if (fd < 0) return locked("the supervisor handed none over.");
  auto line = line_of(fd);
  ::close(fd);
  ::unsetenv("SEMAFOOR_PASSPHRASE_FD");
  return line;
}

}  // namespace semafoor::app
