// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace semafoor::upstream::xml {

// What a document may have at most. A larger one is refused before anything of it is built, so that
// memory is bounded by these numbers and not by the sender.
struct Limits {
  std::size_t bytes = std::size_t{16} * 1024 * 1024;
  // Elements inside each other.
  std::size_t depth = 200;
  std::size_t elements = 200'000;
  // Of one element, declarations of namespaces included: who compares each with each takes time
  // that grows with the square.
  std::size_t attributes = 64;
  // Declarations of namespaces that hold at one place.
  std::size_t namespaces = 256;
  // One text between two tags, or one value of an attribute. libxml2 itself stops at 10,000,000.
  std::size_t text = std::size_t{8} * 1024 * 1024;
};

}  // namespace semafoor::upstream::xml
