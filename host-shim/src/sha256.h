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

class Sha256 {
 public:
  void add(const uint8_t* data, size_t size);
  // Lower-case hexadecimal. Ends the computation: call it once.
  std::string hex();

 private:
  void take_block(const uint8_t* block);

  std::array<uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<uint8_t, 64> block_{};
  size_t filled_ = 0;
  uint64_t total_ = 0;
};

}  // namespace semafoor::loader
