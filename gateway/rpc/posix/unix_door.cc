// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/posix/unix_door.h"

#include <grpcpp/server_posix.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>

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
      // The server owns it from here on.
      if (caller >= 0) grpc::AddInsecureChannelFromFd(&server, caller);
    }
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
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Door> make_unix_door(std::filesystem::path socket, mode_t folder_mode,
                                     mode_t socket_mode, Journal& journal) {
  return std::make_unique<UnixDoor>(std::move(socket), folder_mode, socket_mode, journal);
}

}  // namespace semafoor::rpc::posix
