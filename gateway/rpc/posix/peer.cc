// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/posix/peer.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "gateway/rpc/posix/unix_listener.h"

namespace semafoor::rpc::posix {
namespace {

// Linux 6.5; older headers do not know it.
constexpr int kSoPeerPidfd = 77;

class PidfdHold final : public ProcessHold {
 public:
  explicit PidfdHold(Descriptor pidfd) : pidfd_(std::move(pidfd)) {}
  bool alive() const override {
    pollfd entry{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
    // A pidfd becomes readable when its process ends, also while it is a zombie.
    return ::poll(&entry, 1, 0) == 0;
  }

 private:
  Descriptor pidfd_;
};

Descriptor open_pidfd(std::int64_t pid) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
}

Descriptor peer_pidfd(int connection) {
  int value = -1;
  socklen_t size = sizeof value;
  if (::getsockopt(connection, SOL_SOCKET, kSoPeerPidfd, &value, &size) != 0) return Descriptor();
  return Descriptor(value);
}

// The effective user of a process; nothing when it is gone.
std::optional<std::uint32_t> uid_of(std::int64_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("Uid:")) continue;
    std::istringstream fields(line.substr(4));
    std::uint32_t real = 0;
    std::uint32_t effective = 0;
    if (fields >> real >> effective) return effective;
  }
  return std::nullopt;
}

// Empty when the system does not show it: of other accounts, unless one may look into all
// processes.
std::string image_of(std::int64_t pid) {
  std::error_code hidden;
  return std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", hidden).string();
}

std::vector<std::string> groups_of(int connection, gid_t primary) {
  std::vector<std::string> names{group_name(primary)};
  std::vector<gid_t> groups(256);
  auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) return names;
  groups.resize(size / sizeof(gid_t));
  for (const gid_t group : groups) names.push_back(group_name(group));
  return names;
}

}  // namespace

std::string account_name(std::uint32_t uid) {
  return "uid " + std::to_string(uid);
}

std::string group_name(std::uint32_t gid) {
  return "gid " + std::to_string(gid);
}

std::uint64_t start_time_of(std::int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return 0;
  // The name in field 2 may hold spaces and brackets: fields are counted from the last bracket.
  const auto bracket = line.rfind(')');
  if (bracket == std::string::npos) return 0;
  std::istringstream fields(line.substr(bracket + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  std::uint64_t ticks = 0;
  fields >> ticks;
  return fields ? ticks : 0;
}

std::shared_ptr<const ProcessHold> hold_process(std::int64_t pid) {
  Descriptor pidfd = open_pidfd(pid);
  if (!pidfd) return nullptr;
  return std::make_shared<const PidfdHold>(std::move(pidfd));
}

std::optional<Peer> peer_of(int connection) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0 ||
      credentials.pid <= 0)
    return std::nullopt;
  Peer peer;
  peer.identity.account = account_name(credentials.uid);
  peer.identity.pid = credentials.pid;
  peer.identity.groups = groups_of(connection, credentials.gid);
  Descriptor pidfd = peer_pidfd(connection);
  if (!pidfd) {
    // An older kernel holds by number only: the number may have passed on since the connection was
    // made. Rights rest on the account alone, so a later owner of the same account gains nothing;
    // one of another account is refused here.
    pidfd = open_pidfd(credentials.pid);
    if (!pidfd || uid_of(credentials.pid) != credentials.uid) return std::nullopt;
  }
  auto hold = std::make_shared<const PidfdHold>(std::move(pidfd));
  peer.identity.start_time = start_time_of(credentials.pid);
  peer.identity.image = image_of(credentials.pid);
  // Read after the hold and before this question: what was read is of the process held.
  if (peer.identity.start_time == 0 || !hold->alive()) return std::nullopt;
  peer.process = std::move(hold);
  return peer;
}

}  // namespace semafoor::rpc::posix
