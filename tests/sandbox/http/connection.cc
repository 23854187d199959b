// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/http/connection.h"

#include <algorithm>
#include <cstring>

#include "tests/sandbox/http/sockets.h"

namespace semafoor::sandbox::http {
namespace {

constexpr int kIoTimeoutMs = 60'000;
constexpr size_t kInput = 16 * 1024;

}  // namespace

bool Connection::is_readable() const {
  return input_at_ < input_.size() || wait_for(descriptor_, false, kIoTimeoutMs);
}

bool Connection::is_writable() const {
  return !reset_ && wait_for(descriptor_, true, kIoTimeoutMs);
}

bool Connection::wait_readable(int milliseconds) const {
  return input_at_ < input_.size() || wait_for(descriptor_, false, milliseconds);
}

bool Connection::peer_gone() const {
  return http::peer_gone(descriptor_);
}

ssize_t Connection::read(char* data, size_t size) {
  if (input_at_ == input_.size()) {
    if (!is_readable()) return -1;
    input_.resize(kInput);
    ssize_t got = receive(descriptor_, input_.data(), input_.size());
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
    if (!is_writable()) return -1;
    auto sent = send_some(descriptor_, held_, {data, size});
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
    auto sent = send_some(descriptor_, {data, size}, {});
    if (sent == 0 && !is_writable()) return false;
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
  reset_at_close(descriptor_);
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  address_of(descriptor_, true, ip, port);
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  address_of(descriptor_, false, ip, port);
}

}  // namespace semafoor::sandbox::http
