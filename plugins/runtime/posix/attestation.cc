// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/attestation.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

namespace semafoor::runtime {
namespace {

constexpr std::size_t kMaxAnswer = 16 * 1024;

class Socket {
 public:
  Socket() : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
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
                     " took the connection but gave no readable answer in time. See the gateway's "
                     "log; try again."};
}

void set_patience(int descriptor, std::chrono::milliseconds patience) {
  patience = std::max(patience, std::chrono::milliseconds(1));
  timeval limit{};
  limit.tv_sec = patience.count() / 1000;
  limit.tv_usec = (patience.count() % 1000) * 1000;
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

bool send_all(int descriptor, const std::string& text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t count = ::send(descriptor, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
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
    const ssize_t count = ::recv(descriptor, buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    line.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return line;
}

// A process that squats on the path would be told nothing secret, but it could answer with an
// address of its own.
bool trusted(int descriptor, const AttestationRequest& request) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  if (request.check_owner) return peer.uid == request.owner_uid;
  return peer.uid == 0 || peer.uid == geteuid();
}

std::variant<Introduction, Problem> understand(const std::string& path, const std::string& line) {
  const auto answer = nlohmann::json::parse(line, nullptr, false);
  if (!answer.is_object()) return silent(path);
  if (const auto error = answer.find("error"); error != answer.end() && error->is_object()) {
    return Problem{
        .status = SEMAFOOR_PERMISSION_DENIED,
        .from_gateway = true,
        .message = error->value("message", std::string("The gateway refused this process."))};
  }
  Introduction introduction{.address = answer.value("address", std::string()),
                            .token = answer.value("token", std::string()),
                            .expires_in = std::chrono::seconds(answer.value("expires_in_s", 0)),
                            .gateway_version = answer.value("gateway_version", std::string())};
  if (introduction.token.empty() || introduction.expires_in.count() <= 0) return silent(path);
  if (introduction.address.rfind("unix:", 0) != 0) {
    return Problem{.status = SEMAFOOR_UNIMPLEMENTED,
                   .message = "The gateway at " + path +
                              " offers an address of a kind this runtime does not know (" +
                              introduction.address.substr(0, introduction.address.find(':')) +
                              "). Update the plugins beside the runtime."};
  }
  return introduction;
}

}  // namespace

std::variant<Introduction, Problem> introduce(const AttestationRequest& request,
                                              std::chrono::milliseconds patience) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (request.path.size() >= sizeof address.sun_path) return absent(request.path, ENAMETOOLONG);
  std::memcpy(address.sun_path, request.path.data(), request.path.size());
  const Socket socket;
  if (socket.get() < 0) return absent(request.path, errno);
  set_patience(socket.get(), patience);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return absent(request.path, errno);
  if (!trusted(socket.get(), request)) {
    return Problem{
        .status = SEMAFOOR_PERMISSION_DENIED,
        .message = "The process that listens at " + request.path +
                   " does not run as the account the gateway should have: it is not trusted. "
                   "Check who made the socket, or set gateway.owner_uid."};
  }
  const nlohmann::json question = {
      {"v", 1}, {"host", request.host_name}, {"client", request.client_name}};
  if (!send_all(socket.get(),
                question.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n"))
    return silent(request.path);
  return understand(request.path, receive_line(socket.get()));
}

}  // namespace semafoor::runtime
