// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/posix/unix_door.h"

#include <grpcpp/server_posix.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <system_error>
#include <thread>
#include <unordered_map>

#include "gateway/rpc/posix/peer.h"
#include "gateway/rpc/posix/unix_listener.h"

namespace semafoor::rpc::posix {
namespace {

using Level = Journal::Level;

// While no descriptor is free.
constexpr int kBreathMs = 100;

// It accepts itself: gRPC 1.51 gives its listener up for good when a single
// accept fails, as it does while the process has no free descriptor, and would be deaf from then
// on.
class UnixDoor final : public Door {
 public:
  UnixDoor(std::filesystem::path socket, mode_t folder_mode, mode_t socket_mode, Journal& journal)
      : socket_(std::move(socket)),
        folder_mode_(folder_mode),
        socket_mode_(socket_mode),
        journal_(journal) {}
  ~UnixDoor() override { close(); }

  std::string address() const override { return "unix:" + socket_.string(); }

  Result<void> add_to(grpc::ServerBuilder&) override { return {}; }

  Result<void> open(grpc::Server& server) override {
    auto listener = listen_unix(socket_, folder_mode_, socket_mode_);
    if (!listener.ok()) return listener.error();
    Descriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!bell)
      return Error{ErrorKind::resource_exhausted, "socket.bind",
                   "The socket " + socket_.string() + " was to be opened; the system says " +
                       std::generic_category().message(errno) +
                       ". Raise the limit of open files (LimitNOFILE of the service)."};
    listener_ = std::move(*listener);
    bell_ = std::move(bell);
    thread_ = std::jthread([this, &server](const std::stop_token& stop) { accept(server, stop); });
    return {};
  }

  // gRPC names a connection after its descriptor, which it keeps until the last call of it has
  // ended: while one asks, the number means that connection and no later one.
  std::optional<LocalCaller> caller(const std::string& peer) const override {
    constexpr std::string_view kScheme = "fd:";
    int descriptor = -1;
    if (peer.starts_with(kScheme))
      std::from_chars(peer.data() + kScheme.size(), peer.data() + peer.size(), descriptor);
    const std::shared_lock lock(mutex_);
    const auto found = callers_.find(descriptor);
    if (found == callers_.end()) return std::nullopt;
    return found->second;
  }

  void close() override {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    // An eventfd takes this until its counter is full, which it never is.
    (void)::eventfd_write(bell_.get(), 1);
    thread_.join();
    listener_ = Descriptor();
    (void)::unlink(socket_.c_str());
  }

 private:
  void accept(grpc::Server& server, const std::stop_token& stop) {
    bool short_of_descriptors = false;
    while (!stop.stop_requested()) {
      // A listener that cannot be served stays readable, and would be asked without end.
      std::array<pollfd, 2> entries{
          {{.fd = bell_.get(), .events = POLLIN, .revents = 0},
           {.fd = short_of_descriptors ? -1 : listener_.get(), .events = POLLIN, .revents = 0}}};
      ::poll(entries.data(), entries.size(), short_of_descriptors ? kBreathMs : -1);
      if (stop.stop_requested()) return;
      const int caller = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      const bool refused =
          caller < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS);
      if (refused != short_of_descriptors) tell(refused);
      short_of_descriptors = refused;
      if (caller >= 0) let_in(server, caller);
    }
  }

  void let_in(grpc::Server& server, int caller) {
    const auto peer = peer_of(caller);
    if (!peer) {
      // It has ended already, or cannot be held: no token would be its own.
      ::close(caller);
      return;
    }
    {
      const std::unique_lock lock(mutex_);
      callers_[caller] = {.process = name_of(peer->identity), .account = peer->identity.account};
    }
    // The server owns it from here on.
    grpc::AddInsecureChannelFromFd(&server, caller);
  }

  void tell(bool refused) {
    if (refused)
      journal_.note(
          Level::error, "socket.no_descriptors",
          "A caller waits at the door: the process has no free file descriptor. Raise the "
          "limit of open files (LimitNOFILE of the service). It goes on by itself.");
    else
      journal_.note(Level::info, "socket.descriptors_free",
                    "There are free file descriptors again; callers come in.");
  }

  const std::filesystem::path socket_;
  const mode_t folder_mode_;
  const mode_t socket_mode_;
  Journal& journal_;
  Descriptor listener_;
  Descriptor bell_;
  mutable std::shared_mutex mutex_;
  // By descriptor; what is closed is overwritten by who gets its number.
  std::unordered_map<int, LocalCaller> callers_;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Door> make_unix_door(std::filesystem::path socket, mode_t folder_mode,
                                     mode_t socket_mode, Journal& journal) {
  return std::make_unique<UnixDoor>(std::move(socket), folder_mode, socket_mode, journal);
}

}  // namespace semafoor::rpc::posix
