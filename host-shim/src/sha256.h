// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 (FIPS 180-4). Our own, because a library that is loaded into a vendor's process must not
// bring a second OpenSSL with it; used for one thing only: to see whether a file is the one its
// manifest describes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace semafoor::loader {

using Sha256State = std::array<uint32_t, 8>;

// FIPS 180-4, 4.2.2.
extern const std::array<uint32_t, 64> kSha256Constants;

// Takes one block of 64 bytes into the state.
using Sha256BlockFunction = void (*)(Sha256State& state, const uint8_t* block);

void portable_sha256_block(Sha256State& state, const uint8_t* block);
// With the processor's own instructions, ten times as fast: a plugin has ten megabytes, and is
// checked at every start of a host. Null when this processor has none. In x86/ or generic/.
Sha256BlockFunction fast_sha256_block();

class Sha256 {
 public:
  Sha256() : Sha256(fast_sha256_block() != nullptr ? fast_sha256_block() : portable_sha256_block) {}
  explicit Sha256(Sha256BlockFunction take_block) : take_block_(take_block) {}

  void add(const uint8_t* data, size_t size);
  // Lower-case hexadecimal. Ends the computation: call it once.
  std::string hex();

 private:
  const Sha256BlockFunction take_block_;
  Sha256State state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<uint8_t, 64> block_{};
  size_t filled_ = 0;
  uint64_t total_ = 0;
};

}  // namespace semafoor::loader
