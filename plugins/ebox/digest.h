// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace semafoor::ebox {

// SHA-256 of what was added.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::span<const std::uint8_t> bytes);
  // The 32 bytes. Once, after the last add().
  std::string finish();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace semafoor::ebox
