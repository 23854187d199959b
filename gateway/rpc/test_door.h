// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <memory>

#include "gateway/rpc/door.h"
#include "gateway/rpc/journal.h"

namespace semafoor::rpc {

// The door that callers on the same machine use here; what it needs lies in `folder`.
std::unique_ptr<Door> make_test_door(const std::filesystem::path& folder, Journal& journal);
std::shared_ptr<grpc::Channel> channel_to(const Door& door);

}  // namespace semafoor::rpc
