// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/http/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace semafoor::sandbox::http {
namespace {

constexpr int kIoTimeoutMs = 60'000;
constexpr size_t kInput = 16 * 1024;

bool wait_for(int descriptor, short events, int milliseconds) {
  pollfd entry{descriptor, events, 0};
  for (;;) {
    int ready = ::poll(&entry, 1, milliseconds);
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0;
  }
}

void address_of(const sockaddr_in& address, std::string& ip, int& port) {
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  ip = text;
  port = ntohs(address.sin_port);
}

}  // namespace

bool Connection::is_readable() const {
  return input_at_ < input_.size() || wait_for(descriptor_, POLLIN, kIoTimeoutMs);
}

bool Connection::is_writable() const {
  return !reset_ && wait_for(descriptor_, POLLOUT, kIoTimeoutMs);
}

bool Connection::wait_readable(int milliseconds) const {
  return input_at_ < input_.size() || wait_for(descriptor_, POLLIN, milliseconds);
}

bool Connection::peer_gone() const {
  char byte = 0;
  auto got = ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

ssize_t Connection::read(char* data, size_t size) {
  if (input_at_ == input_.size()) {
    if (!is_readable()) return -1;
    input_.resize(kInput);
    ssize_t got = 0;
    do {
      got = ::recv(descriptor_, input_.data(), input_.size(), 0);
    } while (got < 0 && errno == EINTR);
    input_.resize(got > 0 ? static_cast<size_t>(got) : 0);
    input_at_ = 0;
    if (got <= 0) return got;
  }
  auto count = std::min(size, input_.size() - input_at_);
  std::memcpy(data, input_.data() + input_at_, count);
  input_at_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* data, size_t size) {
  if (reset_) return -1;
  if (holding_) {
    held_.append(data, size);
    holding_ = false;
    return static_cast<ssize_t>(size);
  }
  if (!held_.empty()) {
    // Head and first piece together; what the kernel did not take follows.
    iovec parts[2] = {{held_.data(), held_.size()}, {const_cast<char*>(data), size}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    if (!is_writable()) return -1;
    auto sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
    if (sent < 0) return -1;
    auto head = std::min(static_cast<size_t>(sent), held_.size());
    auto body = static_cast<size_t>(sent) - head;
    bool whole = send_all(held_.data() + head, held_.size() - head);
    held_.clear();
    if (!whole || !send_all(data + body, size - body)) return -1;
    return static_cast<ssize_t>(size);
  }
  return send_all(data, size) ? static_cast<ssize_t>(size) : -1;
}

bool Connection::send_all(const char* data, size_t size) {
  while (size > 0) {
    auto sent = ::send(descriptor_, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      if (!is_writable()) return false;
      continue;
    }
    if (sent < 0) return false;
    data += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

bool Connection::flush() {
  holding_ = false;
  if (reset_ || held_.empty()) return !reset_;
  bool sent = send_all(held_.data(), held_.size());
  held_.clear();
  return sent;
}

void Connection::reset() {
  held_.clear();
  reset_ = true;
  // No time to linger: closing then sends RST instead of FIN.
  linger abrupt{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getpeername(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    address_of(address, ip, port);
  }
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    address_of(address, ip, port);
  }
}

}  // namespace semafoor::sandbox::http
