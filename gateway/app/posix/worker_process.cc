// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/worker_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "gateway/app/process.h"

namespace semafoor::app {
namespace {

class PosixWorker final : public WorkerProcess {
 public:
  PosixWorker(const std::filesystem::path& config_file,
              std::optional<vault::SecretBytes> passphrase)
      : config_(config_file.string()), passphrase_(std::move(passphrase)) {
    // An inherited SIG_IGN would have the system swallow how the worker ended.
    std::signal(SIGCHLD, SIG_DFL);
    sigemptyset(&waited_);
    for (const int one : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&waited_, one);
    ::pthread_sigmask(SIG_BLOCK, &waited_, &before_);
  }
  ~PosixWorker() override { close_pipe(); }

  Result<std::int64_t> start() override {
    close_pipe();
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return refused();
    const int secret = passphrase_pipe();
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) become_worker(parent, ends[0], secret);
    const int problem = errno;
    ::close(ends[0]);
    if (secret >= 0) ::close(secret);
    held_ = ends[1];
    errno = problem;
    if (pid_ < 0) return refused();
    return static_cast<std::int64_t>(pid_);
  }

  News wait(std::chrono::milliseconds at_most) override {
    const timespec time{.tv_sec = at_most.count() / 1000,
                        .tv_nsec = at_most.count() % 1000 * 1'000'000};
    switch (::sigtimedwait(&waited_, nullptr, &time)) {
      case SIGTERM:
      case SIGINT:
        return {.end = {}, .wish = Wish::stop};
      case SIGHUP:
        return {.end = {}, .wish = Wish::reload};
      default:
        return {.end = ended(), .wish = {}};
    }
  }

  void pass_on(Wish wish) override { send(wish == Wish::stop ? SIGTERM : SIGHUP); }
  void kill() override { send(SIGKILL); }
  void notify(const char* state) override { notify_manager(state); }
  std::chrono::steady_clock::time_point now() override { return std::chrono::steady_clock::now(); }

 private:
  // Between fork and exec; there is one thread, so the environment may be written.
  [[noreturn]] void become_worker(pid_t parent, int pipe, int secret) {
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    // The supervisor may have ended before the line above.
    if (::getppid() != parent) ::_exit(1);
    ::fcntl(pipe, F_SETFD, 0);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    if (std::getenv("WATCHDOG_USEC") != nullptr)
      ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    if (secret >= 0) {
      ::fcntl(secret, F_SETFD, 0);
      ::setenv("SEMAFOOR_PASSPHRASE_FD", std::to_string(secret).c_str(), 1);
    }
    const std::string number = std::to_string(pipe);
    // Not by name: after an upgrade the file of that name is another version.
    ::execl("/proc/self/exe", "semafoor-gateway", "run", "--worker", number.c_str(), "--config",
            config_.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }

  std::optional<WorkerEnd> ended() {
    int status = 0;
    if (pid_ <= 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    if (WIFSIGNALED(status)) return WorkerEnd{.exit_code = 0, .signal = WTERMSIG(status)};
    return WorkerEnd{.exit_code = WEXITSTATUS(status), .signal = 0};
  }

  void send(int signal) const {
    // Not yet waited for, so the number is still this worker's.
    if (pid_ > 0) ::kill(pid_, signal);
  }

  // The reading end of a pipe that holds the passphrase, which fits; -1 when there is none.
  int passphrase_pipe() const {
    std::array<int, 2> ends{-1, -1};
    if (!passphrase_ || ::pipe2(ends.data(), O_CLOEXEC) != 0) return -1;
    const ssize_t written = ::write(ends[1], passphrase_->data(), passphrase_->size());
    ::close(ends[1]);
    // The worker says what is missing.
    (void)written;
    return ends[0];
  }

  void close_pipe() {
    if (held_ >= 0) ::close(held_);
    held_ = -1;
  }

  static Error refused() {
    return {.kind = ErrorKind::unavailable,
            .code = "supervisor.start",
            .message = "A worker was to be started; the system says: " +
                       std::generic_category().message(errno) +
                       ". Check the limits on processes, descriptors and memory."};
  }

  const std::string config_;
  const std::optional<vault::SecretBytes> passphrase_;
  sigset_t waited_{};
  sigset_t before_{};
  pid_t pid_ = -1;
  int held_ = -1;
};

}  // namespace

std::unique_ptr<WorkerProcess> make_worker_process(const std::filesystem::path& config_file,
                                                   std::optional<vault::SecretBytes> passphrase) {
  return std::make_unique<PosixWorker>(config_file, std::move(passphrase));
}

bool end_with_supervisor(const std::string& word) {
  // The pipe whose other end the supervisor holds.
  int pipe = -1;
  std::from_chars(word.data(), word.data() + word.size(), pipe);
  if (pipe < 0 || ::fcntl(pipe, F_SETFD, FD_CLOEXEC) != 0) return false;
#ifdef __linux__
  // The system would call it "exe", by which name it was started.
  ::prctl(PR_SET_NAME, "semafoor-gatewa");
#endif
  std::thread([pipe] {
    char nothing = 0;
    while (::read(pipe, &nothing, 1) < 0 && errno == EINTR) {
    }
    // Not exit(): what hangs must not keep it alive. The store is made for this.
    ::_exit(1);
  }).detach();
  return true;
}

}  // namespace semafoor::app
