// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <utility>

#include "gateway/domain/result.h"

namespace semafoor::rpc::posix {

// An owned file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor();
  int get() const { return value_; }
  explicit operator bool() const { return value_ >= 0; }

 private:
  int value_ = -1;
};

// Makes `path` free to bind: checks its length (a unix socket's path holds 107 bytes), makes its
// folder with `folder_mode` when it is not there, and removes a socket nobody listens on. Errors:
// "socket.path_too_long", "socket.folder", "socket.in_use", "socket.not_a_socket".
Result<void> clear_socket_path(const std::filesystem::path& path, mode_t folder_mode);

// A listening stream socket at `path` with exactly `mode`. Errors as above, and "socket.bind".
Result<Descriptor> listen_unix(const std::filesystem::path& path, mode_t folder_mode, mode_t mode);

}  // namespace semafoor::rpc::posix
