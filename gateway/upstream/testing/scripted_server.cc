// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/testing/scripted_server.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace semafoor::upstream::testing {
namespace {

// Appends what comes; false at the end.
bool receive(Socket socket, std::string& buffer) {
  char piece[16 * 1024];
  const long got = testing::receive(socket, piece, sizeof piece);
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
    const long sent = send_some(socket_, bytes.data(), bytes.size());
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
  reset_at_close(socket_);
  open_ = false;
}

void ServerConnection::wait_for_client_to_leave() {
  std::string ignored;
  while (receive(socket_, ignored)) ignored.clear();
  open_ = false;
}

ScriptedServer::ScriptedServer(Handler handler) : handler_(std::move(handler)) {
  port_.listen(64);
  acceptor_ = std::thread([this] { accept_loop(); });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const Socket socket : open_) shut_down(socket);
  }
  port_.stop();
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
}

std::string ScriptedServer::url() const {
  return "http://" + port_.address();
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
    const Socket socket = port_.accept();
    if (socket < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      close_socket(socket);
      return;
    }
    open_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void ScriptedServer::serve(Socket socket) {
  ServerConnection connection(socket);
  std::string buffer;
  while (connection.is_open()) {
    std::size_t head_end = 0;
    while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
      if (!receive(socket, buffer)) break;
    }
    if (head_end == std::string::npos) break;
    ReceivedRequest request = parse_head(buffer.substr(0, head_end));
    buffer.erase(0, head_end + 4);
    const std::string length = request.header("content-length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    while (buffer.size() < size && receive(socket, buffer)) {
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
  open_.remove(socket);
  close_socket(socket);
}

std::string closed_port_url() {
  return "http://" + LoopbackPort().address();
}

}  // namespace semafoor::upstream::testing
