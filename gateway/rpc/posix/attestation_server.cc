// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/posix/attestation_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>
#include <thread>
#include <vector>

#include "gateway/rpc/posix/peer.h"
#include "gateway/rpc/posix/unix_listener.h"

namespace semafoor::rpc::posix {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kSweepEvery{30};

struct Connection {
  Descriptor socket;
  // Taken when the connection is accepted: who made it, not who holds it later.
  Peer peer;
  std::string received;
  Clock::time_point deadline;
};

// After a moment without free descriptors.
constexpr std::chrono::milliseconds kBreath{100};

class Loop final : public AttestationServer {
 public:
  Loop(AttestationOptions options, Attestor& attestor, Sessions& sessions, Descriptor listener,
       Descriptor bell)
      : options_(std::move(options)),
        attestor_(attestor),
        sessions_(sessions),
        listener_(std::move(listener)),
        bell_(std::move(bell)),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  ~Loop() override {
    thread_.request_stop();
    const std::uint64_t one = 1;
    // An eventfd takes this until its counter is full, which it never is.
    [[maybe_unused]] const auto written = ::write(bell_.get(), &one, sizeof one);
    thread_.join();
    ::unlink(options_.socket.c_str());
  }

 private:
  void run(const std::stop_token& stop) {
    auto next_sweep = Clock::now() + kSweepEvery;
    std::vector<pollfd> entries;
    while (!stop.stop_requested()) {
      fill(entries);
      ::poll(entries.data(), entries.size(), timeout_until(next_sweep));
      const auto now = Clock::now();
      // Entries 0 and 1 are the bell and the listener; the others follow the list's order.
      std::size_t index = 2;
      for (auto one = connections_.begin(); one != connections_.end() && index < entries.size();) {
        const bool readable = entries[index++].revents != 0;
        const bool over = (readable && finished(*one)) || one->deadline <= now;
        one = over ? connections_.erase(one) : std::next(one);
      }
      if ((entries[1].revents & POLLIN) != 0) accept_all(now);
      if (next_sweep <= now) {
        sessions_.sweep();
        next_sweep = now + kSweepEvery;
      }
    }
  }

  void fill(std::vector<pollfd>& entries) {
    entries.clear();
    entries.push_back({.fd = bell_.get(), .events = POLLIN, .revents = 0});
    const bool room =
        connections_.size() < options_.most_connections && accept_again_ <= Clock::now();
    entries.push_back({.fd = room ? listener_.get() : -1, .events = POLLIN, .revents = 0});
    for (const Connection& one : connections_)
      entries.push_back({.fd = one.socket.get(), .events = POLLIN, .revents = 0});
  }

  int timeout_until(Clock::time_point next_sweep) const {
    auto first = next_sweep;
    if (accept_again_ > Clock::now()) first = std::min(first, accept_again_);
    for (const Connection& one : connections_) first = std::min(first, one.deadline);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
  }

  void accept_all(Clock::time_point now) {
    while (connections_.size() < options_.most_connections) {
      Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!socket) {
        // No descriptor is free: the listener stays readable, and would be asked without end.
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) accept_again_ = now + kBreath;
        return;
      }
      auto peer = peer_of(socket.get());
      if (!peer) continue;
      connections_.push_back({.socket = std::move(socket),
                              .peer = std::move(*peer),
                              .received = {},
                              .deadline = now + options_.patience});
    }
  }

  // Reads what is there; true when the connection has nothing more to give or get.
  bool finished(Connection& one) {
    std::array<char, kMaxAttestationBytes> buffer{};
    const ssize_t count = ::recv(one.socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) return errno != EAGAIN && errno != EINTR;
    if (count == 0) return true;
    one.received.append(buffer.data(), static_cast<std::size_t>(count));
    const auto end = one.received.find('\n');
    if (end == std::string::npos) return one.received.size() > kMaxAttestationBytes;
    if (end > kMaxAttestationBytes) return true;
    const auto answer = attestor_.answer(one.peer.identity, one.peer.process,
                                         std::string_view(one.received).substr(0, end));
    // A few hundred bytes fit a fresh socket's buffer; a peer that does not take them has lost.
    if (answer) (void)::send(one.socket.get(), answer->data(), answer->size(), MSG_NOSIGNAL);
    return true;
  }

  AttestationOptions options_;
  Attestor& attestor_;
  Sessions& sessions_;
  Descriptor listener_;
  Descriptor bell_;
  std::list<Connection> connections_;
  Clock::time_point accept_again_;
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<AttestationServer>> AttestationServer::start(AttestationOptions options,
                                                                    Attestor& attestor,
                                                                    Sessions& sessions) {
  auto listener = listen_unix(options.socket, options.folder_mode, options.socket_mode);
  if (!listener.ok()) return listener.error();
  Descriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!bell)
    return Error{ErrorKind::resource_exhausted, "socket.bind",
                 "The attestation loop was to be started; the system has no descriptors left. "
                 "Raise the limit of open files."};
  return std::unique_ptr<AttestationServer>(std::make_unique<Loop>(
      std::move(options), attestor, sessions, std::move(*listener), std::move(bell)));
}

}  // namespace semafoor::rpc::posix
