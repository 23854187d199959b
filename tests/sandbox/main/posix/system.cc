// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/main/system.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace semafoor::sandbox {
namespace {

class Signals final : public End {
 public:
  Signals() {
    // So that every thread has them blocked and only the descriptor tells.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
    if (signals_ < 0) throw std::runtime_error("the system gives no signalfd");
  }
  ~Signals() override { ::close(signals_); }

  void wait(bool or_stdin) override {
    for (;;) {
      pollfd entries[2] = {{signals_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
      if (::poll(entries, or_stdin ? 2 : 1, -1) < 0) continue;
      if (entries[0].revents != 0) return;
      if (!or_stdin || entries[1].revents == 0) continue;
      char bytes[512];
      if (::read(STDIN_FILENO, bytes, sizeof bytes) <= 0) return;
    }
  }

 private:
  int signals_ = -1;
};

}  // namespace

std::unique_ptr<End> End::watch() {
  return std::make_unique<Signals>();
}

void write_file(const std::string& path, const std::string& text, Readers readers) {
  auto temporary = path + ".new";
  {
    // A file that is there keeps its mode; ours must start from nothing.
    ::unlink(temporary.c_str());
    auto before = ::umask(readers == Readers::this_account ? 0177 : 0133);
    std::ofstream out(temporary, std::ios::binary);
    ::umask(before);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + temporary);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    throw std::runtime_error("cannot rename to " + path);
  }
}

void make_folder(const std::string& path, Readers readers) {
  ::mkdir(path.c_str(), readers == Readers::this_account ? 0700 : 0755);
}

}  // namespace semafoor::sandbox
