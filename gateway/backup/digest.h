// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace semafoor::backup {

// SHA-256 of what is added.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  void add(const void* bytes, std::size_t size);
  // Lower-case; once, at the end.
  std::string hex();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace semafoor::backup
