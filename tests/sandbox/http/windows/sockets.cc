// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/http/sockets.h"

#include <winsock2.h>
// After winsock2.h, whose types it uses.
#include <ws2tcpip.h>

#include <algorithm>

namespace semafoor::sandbox::http {

bool wait_for(socket_t socket, bool to_write, int milliseconds) {
  WSAPOLLFD entry{socket, static_cast<SHORT>(to_write ? POLLWRNORM : POLLRDNORM), 0};
  return ::WSAPoll(&entry, 1, milliseconds) > 0;
}

ssize_t receive(socket_t socket, char* data, size_t size) {
  return ::recv(socket, data, static_cast<int>(std::min<size_t>(size, 1 << 20)), 0);
}

bool peer_gone(socket_t socket) {
  // There is no reading that does not block: looked at first.
  if (!wait_for(socket, false, 0)) return false;
  char byte = 0;
  return ::recv(socket, &byte, 1, MSG_PEEK) <= 0;
}

ssize_t send_some(socket_t socket, std::string_view first, std::string_view second) {
  WSABUF parts[2] = {{static_cast<ULONG>(first.size()), const_cast<char*>(first.data())},
                     {static_cast<ULONG>(second.size()), const_cast<char*>(second.data())}};
  DWORD sent = 0;
  if (::WSASend(socket, parts, 2, &sent, 0, nullptr, nullptr) == 0) return sent;
  return ::WSAGetLastError() == WSAEWOULDBLOCK ? 0 : -1;
}

void reset_at_close(socket_t socket) {
  // No time to linger: closing then sends RST instead of FIN.
  linger abrupt{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&abrupt),
               sizeof abrupt);
}

void shut_down(socket_t socket) {
  ::shutdown(socket, SD_BOTH);
}

void close(socket_t socket) {
  ::closesocket(socket);
}

// Windows stays with the number of the first call, which was the library's; Wine takes this one.
void lengthen_backlog(socket_t socket, int waiting) {
  ::listen(socket, waiting);
}

void keep_port_alone(socket_t socket) {
  // SO_REUSEADDR means the opposite here: anybody may take a port that is in use.
  const BOOL yes = TRUE;
  ::setsockopt(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<const char*>(&yes),
               sizeof yes);
}

void address_of(socket_t socket, bool peer, std::string& ip, int& port) {
  sockaddr_in address{};
  int size = sizeof address;
  auto* place = reinterpret_cast<sockaddr*>(&address);
  if ((peer ? ::getpeername(socket, place, &size) : ::getsockname(socket, place, &size)) != 0)
    return;
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  ip = text;
  port = ntohs(address.sin_port);
}

}  // namespace semafoor::sandbox::http
