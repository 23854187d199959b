// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/testing/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

namespace semafoor::upstream::testing {
namespace {

std::pair<int, int> bind_loopback() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no loopback port for a test server");
  }
  return {fd, ntohs(address.sin_port)};
}

// Appends what comes; false at the end.
bool receive(int fd, std::string& buffer) {
  char piece[16 * 1024];
  const ssize_t got = ::recv(fd, piece, sizeof piece, 0);
  if (got <= 0) return false;
  buffer.append(piece, static_cast<std::size_t>(got));
  return true;
}

ReceivedRequest parse_head(const std::string& head) {
  ReceivedRequest request;
  std::size_t line_end = head.find("\r\n");
  const std::string first = head.substr(0, line_end);
  request.method = first.substr(0, first.find(' '));
  const std::size_t target = first.find(' ') + 1;
  request.target = first.substr(target, first.rfind(' ') - target);
  while (line_end != std::string::npos) {
    const std::size_t start = line_end + 2;
    line_end = head.find("\r\n", start);
    const std::string line = head.substr(start, line_end - start);
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    request.headers[name] = line.substr(colon + 2);
  }
  return request;
}

}  // namespace

bool ServerConnection::write(std::string_view bytes) {
  while (open_ && !bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      open_ = false;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return open_;
}

void ServerConnection::respond(int status, std::string_view body, const std::string& headers) {
  write("HTTP/1.1 " + std::to_string(status) + " Scripted\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n" + headers + "\r\n" + std::string(body));
}

void ServerConnection::json(int status, std::string_view body, const std::string& headers) {
  respond(status, body, "Content-Type: application/json\r\n" + headers);
}

void ServerConnection::close() {
  open_ = false;
}

void ServerConnection::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  open_ = false;
}

void ServerConnection::wait_for_client_to_leave() {
  std::string ignored;
  while (receive(fd_, ignored)) ignored.clear();
  open_ = false;
}

ScriptedServer::ScriptedServer(Handler handler) : handler_(std::move(handler)) {
  std::tie(listener_, port_) = bind_loopback();
  if (::listen(listener_, 64) != 0) throw std::runtime_error("a test server cannot listen");
  acceptor_ = std::thread([this] { accept_loop(); });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (std::thread& thread : threads_) thread.join();
}

std::string ScriptedServer::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<ReceivedRequest> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ScriptedServer::wait_for_requests(std::size_t count) const {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [&] { return requests_.size() >= count; });
}

void ScriptedServer::accept_loop() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      ::close(fd);
      return;
    }
    open_.push_back(fd);
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void ScriptedServer::serve(int fd) {
  ServerConnection connection(fd);
  std::string buffer;
  while (connection.is_open()) {
    std::size_t head_end = 0;
    while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
      if (!receive(fd, buffer)) break;
    }
    if (head_end == std::string::npos) break;
    ReceivedRequest request = parse_head(buffer.substr(0, head_end));
    buffer.erase(0, head_end + 4);
    const std::string length = request.header("content-length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    while (buffer.size() < size && receive(fd, buffer)) {
    }
    if (buffer.size() < size) break;
    request.body = buffer.substr(0, size);
    buffer.erase(0, size);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    arrived_.notify_all();
    handler_(request, connection);
  }
  const std::lock_guard lock(mutex_);
  open_.remove(fd);
  ::close(fd);
}

std::string closed_port_url() {
  const auto [fd, port] = bind_loopback();
  ::close(fd);
  return "http://127.0.0.1:" + std::to_string(port);
}

}  // namespace semafoor::upstream::testing
