// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/process.h"

#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <thread>
#include <vector>

#include "gateway/rpc/posix/peer.h"

namespace semafoor::app {
namespace {

sigset_t kept_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int one : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, one);
  return set;
}

std::optional<std::uint32_t> plain_number(const std::string& text) {
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc() || stop != end || text.empty()) return std::nullopt;
  return value;
}

// flock() itself knows no bound.
bool lock_within(int descriptor, std::chrono::milliseconds at_most) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

template <typename Entry>
std::optional<Entry> look_up(int (*ask)(const char*, Entry*, char*, std::size_t, Entry**),
                             const std::string& name, std::vector<char>& buffer) {
  buffer.resize(std::size_t{64} * 1024);
  Entry entry{};
  Entry* found = nullptr;
  if (ask(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return entry;
}

std::optional<std::uint32_t> uid_of(const std::string& user) {
  if (const auto number = plain_number(user)) return number;
  std::vector<char> buffer;
  if (const auto entry = look_up<passwd>(&::getpwnam_r, user, buffer)) return entry->pw_uid;
  return std::nullopt;
}

std::optional<std::uint32_t> gid_of(const std::string& group) {
  if (const auto number = plain_number(group)) return number;
  std::vector<char> buffer;
  if (const auto entry = look_up<::group>(&::getgrnam_r, group, buffer)) return entry->gr_gid;
  return std::nullopt;
}

// A core file would hold keys and what is told of people. Who takes core dumps by a program of the
// system's is not bound by the limit, but gets no memory.
void leave_no_core() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_CORE, &limit) == 0 && (limit.rlim_cur != 0 || limit.rlim_max != 0)) {
    limit = {.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &limit);
  }
  const int filter = ::open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
  if (filter < 0) return;
  [[maybe_unused]] const auto written = ::write(filter, "0", 1);
  ::close(filter);
}

}  // namespace

void prepare_process() {
  ::umask(0077);
  leave_no_core();
  const sigset_t set = kept_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  // One for each of forty threads keeps as much again as is in use.
  ::mallopt(M_ARENA_MAX, 2);
}

void give_memory_back() {
  ::malloc_trim(0);
}

// There are signals for that.
void listen_for_wishes(const std::filesystem::path& /*data_folder*/) {}

std::optional<Signal> wait_signal(std::chrono::milliseconds wait) {
  const sigset_t set = kept_signals();
  const timespec time{.tv_sec = wait.count() / 1000, .tv_nsec = wait.count() % 1000 * 1'000'000};
  switch (::sigtimedwait(&set, nullptr, &time)) {
    case SIGTERM:
    case SIGINT:
      return Signal::stop;
    case SIGHUP:
      return Signal::reload;
    default:
      return std::nullopt;
  }
}

Result<std::unique_ptr<FolderLock>> FolderLock::take(const std::filesystem::path& folder,
                                                     std::chrono::milliseconds at_most) {
  std::error_code problem;
  const bool made = std::filesystem::create_directories(folder, problem);
  if (made && ::chmod(folder.c_str(), 0700) != 0)
    problem = std::error_code(errno, std::generic_category());
  const std::filesystem::path file = folder / "gateway.lock";
  int descriptor = -1;
  if (!problem) {
    descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) problem = std::error_code(errno, std::generic_category());
  }
  if (problem)
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "data.folder",
                 .message = "The data folder " + folder.string() +
                            " was to be used; the system says: " + problem.message() +
                            ". Make it, owned by the gateway's account with mode 0700."};
  if (!lock_within(descriptor, at_most)) {
    std::array<char, 32> text{};
    const ssize_t size = ::read(descriptor, text.data(), text.size() - 1);
    ::close(descriptor);
    const std::string pid =
        size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "";
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "data.in_use",
                 .message = "The data folder " + folder.string() +
                            " was to be used; another gateway uses it" +
                            (pid.empty() ? std::string() : " (process " + pid + ")") +
                            ". Stop that one, or give this one a data_dir of its own."};
  }
  // A restore may have put another folder here between the two calls: then this lock is of the old
  // one.
  struct stat locked {};
  struct stat here {};
  if (::fstat(descriptor, &locked) != 0 || ::stat(file.c_str(), &here) != 0 ||
      locked.st_ino != here.st_ino || locked.st_dev != here.st_dev) {
    ::close(descriptor);
    return take(folder);
  }
  // Only for the message above; the lock is the file's, not its content's.
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(descriptor, 0) == 0) [[maybe_unused]]
    const auto written = ::pwrite(descriptor, pid.data(), pid.size(), 0);
  return std::unique_ptr<FolderLock>(new FolderLock(descriptor));
}

FolderLock::~FolderLock() {
  ::close(static_cast<int>(held_));
}

bool notify_manager(const std::string& state) {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || (path[0] != '/' && path[0] != '@')) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path, length);
  // A name in the abstract namespace begins with a zero.
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const int channel = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (channel < 0) return false;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  const ssize_t sent = ::sendto(channel, state.data(), state.size(), MSG_NOSIGNAL,
                                reinterpret_cast<const sockaddr*>(&address), size);
  ::close(channel);
  return sent == static_cast<ssize_t>(state.size());
}

std::optional<std::chrono::milliseconds> watchdog_interval() {
  const char* const text = std::getenv("WATCHDOG_USEC");
  const char* const pid = std::getenv("WATCHDOG_PID");
  if (text == nullptr || (pid != nullptr && std::to_string(::getpid()) != pid)) return std::nullopt;
  std::int64_t microseconds = 0;
  std::from_chars(text, text + std::strlen(text), microseconds);
  if (microseconds <= 0) return std::nullopt;
  return std::chrono::milliseconds(microseconds / 2000);
}

std::int64_t own_pid() {
  return ::getpid();
}

bool has_other_eyes() {
  return ::geteuid() == 0;
}

std::optional<std::string> account_of(const std::string& user) {
  const auto uid = uid_of(user);
  return uid ? std::optional(rpc::posix::account_name(*uid)) : std::nullopt;
}

std::optional<std::string> group_of(const std::string& group) {
  const auto gid = gid_of(group);
  return gid ? std::optional(rpc::posix::group_name(*gid)) : std::nullopt;
}

std::set<std::string> masters() {
  return {rpc::posix::account_name(0), rpc::posix::account_name(::geteuid())};
}

}  // namespace semafoor::app
