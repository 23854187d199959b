// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace semafoor::store {

// SHA-256 of what comes in parts.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::span<const std::byte> bytes);
  // Of what was added so far; lower-case hex.
  std::string hex() const;

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

// The 32 bytes of such a digest in hexadecimal; empty when it is none.
std::string digest_bytes(std::string_view hex);

}  // namespace semafoor::store
