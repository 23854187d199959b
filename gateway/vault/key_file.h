// SPDX-License-Identifier: Apache-2.0
//
// Reads a key file only when it is private to this account. What that means is the operating
// system's: one implementation per folder (posix/, windows/).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor::vault {

// Bytes of a secret; wiped when they go.
class SecretBytes {
 public:
  explicit SecretBytes(std::string bytes) : bytes_(std::move(bytes)) {}
  ~SecretBytes();
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) {
    other.bytes_.clear();
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes& operator=(SecretBytes&&) = delete;

  const char* data() const { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_;
};

// The bytes of `folder`/`file_name`. A link is followed only to a file in the same folder (so that
// `current.pem` may point to `2026.pem`). "vault.key_missing" or "vault.key_unreadable".
Result<SecretBytes> read_key_file(const std::filesystem::path& folder,
                                  const std::string& file_name);

}  // namespace semafoor::vault
