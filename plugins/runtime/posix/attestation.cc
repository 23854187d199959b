// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/attestation.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace semafoor::runtime {
namespace {

constexpr std::size_t kMaxAnswer = 64 * 1024;
constexpr std::size_t kLongestPath = sizeof(sockaddr_un{}.sun_path) - 1;
// How soon a wait notices that its caller was called back.
constexpr std::chrono::milliseconds kSlice{20};

class Socket {
 public:
  Socket() : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

Problem absent(const std::string& path, int error) {
  return {
      .status = SEMAFOOR_E_GATEWAY_ABSENT,
      .retryable = true,
      .message =
          "Looked for a Semafoor gateway at " + path + ": " + std::strerror(error) +
          ". Check that the gateway's service runs, that this is its attestation socket, and that "
          "this account may use it."};
}

Problem silent(const std::string& path) {
  return {.status = SEMAFOOR_E_GATEWAY_ABSENT,
          .retryable = true,
          .message = "The gateway at " + path +
                     " took the connection but gave no whole answer in time. See the gateway's "
                     "log; try again."};
}

// False when patience ends before the socket is ready.
bool wait_for(int descriptor, short events, const Patience& patience) {
  while (!patience.over()) {
    pollfd watched{descriptor, events, 0};
    const auto slice = std::max(std::min(patience.left(), kSlice), std::chrono::milliseconds(1));
    if (::poll(&watched, 1, static_cast<int>(slice.count())) > 0) return true;
  }
  return false;
}

// 0, or errno. A full backlog is waited for: the gateway is there and busy.
int connect_to(int descriptor, const std::string& path, const Patience& patience) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  for (;;) {
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return 0;
    if (errno != EINTR && errno != EAGAIN) return errno;
    if (patience.over()) return ETIMEDOUT;
    if (errno == EAGAIN) ::poll(nullptr, 0, 5);
  }
}

bool send_all(int descriptor, const std::string& text, const Patience& patience) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t count = ::send(descriptor, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      if (!wait_for(descriptor, POLLOUT, patience)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

// A process that squats on the path would be told nothing secret, but it could answer with an
// address of its own. Says why not, or nothing.
std::string distrust(int descriptor, const GatewayKey& gateway) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return std::string("the kernel does not say who listens there (") + std::strerror(errno) + ")";
  const uid_t self = ::geteuid();
  const bool right =
      gateway.check_owner ? peer.uid == gateway.owner_uid : peer.uid == 0 || peer.uid == self;
  if (right) return {};
  return "account " + std::to_string(peer.uid) + " listens there, expected " +
         (gateway.check_owner ? std::to_string(gateway.owner_uid)
                              : "root or " + std::to_string(self) +
                                    "; a gateway under another account is named by its number in "
                                    "the configuration key gateway.owner_uid");
}

}  // namespace

bool names_gateway(const std::string& path) {
  return path.starts_with('/') && path.size() <= kLongestPath &&
         path.find('\0') == std::string::npos;
}

std::string gateway_naming_rule() {
  return "attestation socket is named by an absolute path of at most " +
         std::to_string(kLongestPath) + " bytes";
}

std::variant<std::string, Problem> exchange_line(const GatewayKey& gateway, const std::string& line,
                                                 const Patience& patience) {
  const std::string& path = gateway.path;
  if (path.size() > kLongestPath) return absent(path, ENAMETOOLONG);
  const Socket socket;
  if (socket.get() < 0) return absent(path, errno);
  if (const int error = connect_to(socket.get(), path, patience); error != 0)
    return absent(path, error);
  if (const std::string reason = distrust(socket.get(), gateway); !reason.empty()) {
    return Problem{.status = SEMAFOOR_PERMISSION_DENIED,
                   .message = "Connected to " + path + ": " + reason +
                              ". Nothing was sent. Check who made that socket, or the configured "
                              "owner of the gateway."};
  }
  if (!send_all(socket.get(), line + "\n", patience)) return silent(path);
  std::string answer;
  std::array<char, 4096> buffer{};
  while (answer.size() < kMaxAnswer) {
    const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) {
      const std::size_t before = answer.size();
      answer.append(buffer.data(), static_cast<std::size_t>(count));
      const auto end = answer.find('\n', before);
      if (end == std::string::npos) continue;
      answer.resize(end);
      return answer;
    }
    if (count == 0) break;
    if (errno == EINTR) continue;
    if (errno != EAGAIN || !wait_for(socket.get(), POLLIN, patience)) break;
  }
  return silent(path);
}

}  // namespace semafoor::runtime
