// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/testing/sockets.h"

#include <winsock2.h>

#include <stdexcept>

namespace semafoor::upstream::testing {
namespace {

SOCKET native(Socket socket) {
  return static_cast<SOCKET>(socket);
}

struct Winsock {
  Winsock() {
    WSADATA about;
    WSAStartup(MAKEWORD(2, 2), &about);
  }
};

}  // namespace

long receive(Socket socket, char* data, std::size_t size) {
  return ::recv(native(socket), data, static_cast<int>(size), 0);
}

long send_some(Socket socket, const char* data, std::size_t size) {
  return ::send(native(socket), data, static_cast<int>(size), 0);
}

void reset_at_close(Socket socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(native(socket), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&at_once),
               sizeof at_once);
}

void shut_down(Socket socket) {
  ::shutdown(native(socket), SD_BOTH);
}

void close_socket(Socket socket) {
  ::closesocket(native(socket));
}

LoopbackPort::LoopbackPort() {
  static const Winsock kStarted;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int size = sizeof address;
  const SOCKET made = ::socket(AF_INET, SOCK_STREAM, 0);
  if (made == INVALID_SOCKET ||
      ::bind(made, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::getsockname(made, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no loopback port for a test server");
  }
  socket_ = static_cast<Socket>(made);
  number_ = ntohs(address.sin_port);
}

LoopbackPort::~LoopbackPort() {
  stop();
}

void LoopbackPort::listen(int waiting) {
  if (::listen(native(socket_), waiting) != 0)
    throw std::runtime_error("a test server cannot listen");
}

Socket LoopbackPort::accept() {
  const SOCKET accepted = ::accept(native(socket_), nullptr, nullptr);
  return accepted == INVALID_SOCKET ? -1 : static_cast<Socket>(accepted);
}

// Closing is what wakes accept() here; once.
void LoopbackPort::stop() {
  if (socket_ >= 0) close_socket(socket_);
  socket_ = -1;
}

}  // namespace semafoor::upstream::testing
