// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/posix/unix_door.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "gateway/rpc/posix/unix_listener.h"

namespace semafoor::rpc::posix {
namespace {

class UnixDoor final : public Door {
 public:
  UnixDoor(std::filesystem::path socket, mode_t folder_mode, mode_t socket_mode)
      : socket_(std::move(socket)), folder_mode_(folder_mode), socket_mode_(socket_mode) {}

  std::string address() const override { return "unix:" + socket_.string(); }

  Result<void> add_to(grpc::ServerBuilder& builder) override {
    if (auto cleared = clear_socket_path(socket_, folder_mode_); !cleared.ok())
      return cleared.error();
    builder.AddListeningPort(address(), grpc::InsecureServerCredentials());
    return {};
  }

  Result<void> opened() override {
    if (::chmod(socket_.c_str(), socket_mode_) == 0) return {};
    return Error{ErrorKind::failed_precondition, "socket.bind",
                 "The mode of the socket " + socket_.string() + " was to be set; the system says " +
                     std::generic_category().message(errno) + ". Check the folder's permissions."};
  }

 private:
  std::filesystem::path socket_;
  mode_t folder_mode_;
  mode_t socket_mode_;
};

}  // namespace

std::unique_ptr<Door> make_unix_door(std::filesystem::path socket, mode_t folder_mode,
                                     mode_t socket_mode) {
  return std::make_unique<UnixDoor>(std::move(socket), folder_mode, socket_mode);
}

}  // namespace semafoor::rpc::posix
