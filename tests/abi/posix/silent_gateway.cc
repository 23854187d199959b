// SPDX-License-Identifier: Apache-2.0
#include "tests/abi/silent_gateway.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "host-shim/testing/temporary_folder.h"

namespace semafoor::testing {

struct SilentGateway::Door {
  TemporaryFolder folder;
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

std::string absent_place() {
  return "/nonexistent/attest.sock";
}

SilentGateway::SilentGateway() : door_(std::make_unique<Door>()) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  place().copy(address.sun_path, sizeof address.sun_path - 1);
  if (bind(door_->listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(door_->listener, 64) != 0)
    ADD_FAILURE() << "no socket at " << place();
}

SilentGateway::~SilentGateway() {
  close(door_->listener);
}

std::string SilentGateway::place() const {
  return (door_->folder.path() / "attest.sock").string();
}

}  // namespace semafoor::testing
