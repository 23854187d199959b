// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/test_door.h"

#include "gateway/rpc/posix/unix_door.h"

namespace semafoor::rpc {

std::unique_ptr<Door> make_test_door(const std::filesystem::path& folder, Journal& journal) {
  return posix::make_unix_door(folder / "rpc.sock", 0750, 0660, journal);
}

std::shared_ptr<grpc::Channel> channel_to(const Door& door) {
  return grpc::CreateChannel(door.address(), grpc::InsecureChannelCredentials());
}

}  // namespace semafoor::rpc
