// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/testing/sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace semafoor::upstream::testing {

long receive(Socket socket, char* data, std::size_t size) {
  return ::recv(static_cast<int>(socket), data, size, 0);
}

long send_some(Socket socket, const char* data, std::size_t size) {
  return ::send(static_cast<int>(socket), data, size, MSG_NOSIGNAL);
}

void reset_at_close(Socket socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(static_cast<int>(socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void shut_down(Socket socket) {
  ::shutdown(static_cast<int>(socket), SHUT_RDWR);
}

void close_socket(Socket socket) {
  ::close(static_cast<int>(socket));
}

LoopbackPort::LoopbackPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const int fd = static_cast<int>(socket_);
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no loopback port for a test server");
  }
  number_ = ntohs(address.sin_port);
}

LoopbackPort::~LoopbackPort() {
  close_socket(socket_);
}

void LoopbackPort::listen(int waiting) {
  if (::listen(static_cast<int>(socket_), waiting) != 0)
    throw std::runtime_error("a test server cannot listen");
}

Socket LoopbackPort::accept() {
  return ::accept4(static_cast<int>(socket_), nullptr, nullptr, SOCK_CLOEXEC);
}

void LoopbackPort::stop() {
  shut_down(socket_);
}

}  // namespace semafoor::upstream::testing
