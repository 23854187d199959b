// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/http/sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

namespace semafoor::sandbox::http {

bool wait_for(socket_t socket, bool to_write, int milliseconds) {
  pollfd entry{socket, static_cast<short>(to_write ? POLLOUT : POLLIN), 0};
  for (;;) {
    int ready = ::poll(&entry, 1, milliseconds);
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0;
  }
}

ssize_t receive(socket_t socket, char* data, size_t size) {
  for (;;) {
    ssize_t got = ::recv(socket, data, size, 0);
    if (got < 0 && errno == EINTR) continue;
    return got;
  }
}

bool peer_gone(socket_t socket) {
  char byte = 0;
  auto got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

ssize_t send_some(socket_t socket, std::string_view first, std::string_view second) {
  iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                    {const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  for (;;) {
    auto sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
    return sent;
  }
}

void reset_at_close(socket_t socket) {
  // No time to linger: closing then sends RST instead of FIN.
  linger abrupt{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
}

void shut_down(socket_t socket) {
  ::shutdown(socket, SHUT_RDWR);
}

void close(socket_t socket) {
  ::close(socket);
}

void lengthen_backlog(socket_t socket, int waiting) {
  ::listen(socket, waiting);
}

void keep_port_alone(socket_t socket) {
  int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

void address_of(socket_t socket, bool peer, std::string& ip, int& port) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  auto* place = reinterpret_cast<sockaddr*>(&address);
  if ((peer ? ::getpeername(socket, place, &size) : ::getsockname(socket, place, &size)) != 0)
    return;
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  ip = text;
  port = ntohs(address.sin_port);
}

}  // namespace semafoor::sandbox::http
