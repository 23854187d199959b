// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/posix/unix_listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace semafoor::rpc::posix {
namespace {

Error socket_error(const char* code, const std::filesystem::path& path, const std::string& what,
                   const std::string& next) {
  return Error{ErrorKind::failed_precondition, code,
               "The socket " + path.string() + " was to be opened; " + what + ". " + next};
}

std::string errno_text(int number) {
  return std::generic_category().message(number);
}

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  return address;
}

// True when somebody accepts connections there, or might: only a refusal proves that nobody does.
bool somebody_listens(const std::filesystem::path& path) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_un address = address_of(path);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return true;
  return errno != ECONNREFUSED && errno != ENOENT;
}

}  // namespace

Descriptor::~Descriptor() {
  if (value_ >= 0) ::close(value_);
}

Result<void> clear_socket_path(const std::filesystem::path& path, mode_t folder_mode) {
  if (path.native().size() >= sizeof(sockaddr_un::sun_path))
    return socket_error("socket.path_too_long", path,
                        "its path has " + std::to_string(path.native().size()) +
                            " bytes and a unix socket's may have 107",
                        "Choose a shorter run_dir.");
  const std::filesystem::path folder = path.parent_path();
  std::error_code problem;
  if (!std::filesystem::exists(folder, problem)) {
    std::filesystem::create_directories(folder, problem);
    // A folder that was there keeps the mode the administrator (or systemd) gave it.
    if (!problem && ::chmod(folder.c_str(), folder_mode) != 0)
      problem = std::error_code(errno, std::generic_category());
  }
  if (problem)
    return socket_error("socket.folder", path, "its folder cannot be made: " + problem.message(),
                        "Make the folder, owned by the gateway's account.");
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return socket_error("socket.folder", path, "it cannot be looked at: " + errno_text(errno),
                        "Check the folder's permissions.");
  }
  if (!S_ISSOCK(status.st_mode))
    return socket_error("socket.not_a_socket", path, "a file that is no socket stands there",
                        "Move it away, or choose another path.");
  if (somebody_listens(path))
    return socket_error("socket.in_use", path, "another process listens on it",
                        "Stop the other gateway, or choose another run_dir.");
  // Left behind by a gateway that was killed.
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return socket_error("socket.bind", path,
                        "the stale socket cannot be removed: " + errno_text(errno),
                        "Check the folder's permissions.");
  return {};
}

Result<Descriptor> listen_unix(const std::filesystem::path& path, mode_t folder_mode, mode_t mode) {
  if (auto cleared = clear_socket_path(path, folder_mode); !cleared.ok()) return cleared.error();
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_un address = address_of(path);
  if (!listener ||
      ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), mode) != 0 || ::listen(listener.get(), 128) != 0)
    return socket_error("socket.bind", path, "the system refused: " + errno_text(errno),
                        "Check the folder's permissions and free space.");
  return listener;
}

}  // namespace semafoor::rpc::posix
