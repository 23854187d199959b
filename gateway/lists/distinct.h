// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace semafoor::lists {

// How many different texts there were. Seven bytes for each different one, however often it comes;
// two that share a 64-bit hash count as one (of 400,000 texts: once in 230 million times).
class Distinct {
 public:
  void add(std::string_view text);
  std::int64_t count() const;

 private:
  // What follows the first byte of a hash.
  using Rest = std::array<std::uint8_t, 7>;

  // By the first byte of the hash, each sorted. None is ever large, so that they grow by little.
  std::array<std::vector<Rest>, 256> buckets_;
  std::optional<std::uint64_t> last_;
};

}  // namespace semafoor::lists
