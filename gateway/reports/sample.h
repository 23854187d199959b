// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace semafoor::reports {

// `count` of these, sorted: those whose SHA-256 with the seed is lowest. So each has the same
// chance, the same seed draws the same again, and one that is new or gone changes the draw by one.
std::vector<std::string> drawn(std::vector<std::string> all, std::size_t count, std::int64_t seed);

}  // namespace semafoor::reports
