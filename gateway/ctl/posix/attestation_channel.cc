// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/attestation_channel.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace semafoor::ctl {
namespace {

constexpr std::size_t kMaxAnswer = 16 * 1024;

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

bool send_all(int descriptor, const std::string& text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t count = send(descriptor, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

std::string receive_line(int descriptor) {
  std::string line;
  std::array<char, 1024> buffer{};
  while (line.size() < kMaxAnswer && line.find('\n') == std::string::npos) {
    const ssize_t count = recv(descriptor, buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    line.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return line;
}

}  // namespace

std::string standard_place() {
  return "/run/semafoor/attest.sock";
}

std::optional<std::string> exchange_line(const std::string& place, const std::string& line,
                                         std::string& problem) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (place.size() >= sizeof address.sun_path) {
    problem = "The socket path " + place + " is longer than the 107 bytes a unix socket may have.";
    return std::nullopt;
  }
  std::memcpy(address.sun_path, place.data(), place.size());
  const Socket channel(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  setsockopt(channel.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(channel.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(channel.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    problem = "Cannot reach a gateway at " + place + ": " + std::strerror(errno) +
              ". Is the service running, and may this account use the socket?";
    return std::nullopt;
  }
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(channel.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
      (peer.uid != 0 && peer.uid != geteuid() && geteuid() != 0)) {
    problem =
        "The process behind " + place +
        " is neither root's nor this account's: it is not trusted. Check who created the socket.";
    return std::nullopt;
  }
  if (!send_all(channel.get(), line)) {
    problem = "The gateway at " + place + " closed the connection before it was asked.";
    return std::nullopt;
  }
  return receive_line(channel.get());
}

}  // namespace semafoor::ctl
