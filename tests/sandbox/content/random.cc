// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/content/random.h"

#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <stdexcept>

namespace semafoor::sandbox::content {
namespace {

std::string format_uuid(std::uint64_t high, std::uint64_t low) {
  high = (high & ~0xf000ULL) | 0x4000ULL;
  low = (low & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx",
                static_cast<unsigned>(high >> 32), static_cast<unsigned>((high >> 16) & 0xffff),
                static_cast<unsigned>(high & 0xffff), static_cast<unsigned>(low >> 48),
                static_cast<unsigned long long>(low & 0xffffffffffffULL));
  return text.data();
}

}  // namespace

std::string uuid_of(std::uint64_t key) {
  return format_uuid(mix(key), mix(key ^ 0x5bd1e995U));
}

std::string fresh_uuid() {
  std::array<std::uint64_t, 2> words{};
  if (RAND_bytes(reinterpret_cast<unsigned char*>(words.data()), sizeof words) != 1) {
    throw std::runtime_error("no random bytes from OpenSSL");
  }
  return format_uuid(words[0], words[1]);
}

}  // namespace semafoor::sandbox::content
