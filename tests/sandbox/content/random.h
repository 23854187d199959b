// SPDX-License-Identifier: Apache-2.0
//
// Repeatable choices: the same seed and label give the same value on every machine and in every
// release.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace semafoor::sandbox::content {

// splitmix64; our own because the distributions of the standard library differ between vendors.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

// A key of its own for every (seed, label, index).
constexpr std::uint64_t derive(std::uint64_t seed, std::string_view label,
                               std::uint64_t index = 0) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (char c : label) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return mix(mix(seed ^ hash) + index);
}

class Random {
 public:
  explicit Random(std::uint64_t key) : state_(key) {}
  std::uint64_t next() { return mix(state_++); }
  // 0 .. bound-1; bound > 0.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::uint64_t state_;
};

// Shaped like a version 4 UUID, made from a key.
std::string uuid_of(std::uint64_t key);
// Not repeatable: for trace and error ids.
std::string fresh_uuid();

}  // namespace semafoor::sandbox::content
