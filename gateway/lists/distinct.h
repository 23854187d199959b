// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace semafoor::lists {

// How many different texts there were. Eight bytes for each different one, however often it comes;
// two that share a 64-bit hash count as one (of 400,000 texts: once in 230 million times).
class Distinct {
 public:
  void add(std::string_view text);
  std::int64_t count();

 private:
  static constexpr std::size_t kFewest = 4'096;
  void settle();

  // Sorted and different up to `settled_`, then as they came.
  std::vector<std::uint64_t> hashes_;
  std::size_t settled_ = 0;
};

}  // namespace semafoor::lists
