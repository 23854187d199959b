// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>

namespace semafoor::runtime {

// How long a caller waits, by a clock that does not jump, and the flag by which it is called back
// earlier. `given_up` may be null; it outlives the call it is given to.
struct Patience {
  std::chrono::steady_clock::time_point until;
  const std::atomic<bool>* given_up = nullptr;

  static Patience of(std::chrono::milliseconds time, const std::atomic<bool>* given_up = nullptr) {
    return {std::chrono::steady_clock::now() + time, given_up};
  }
  bool called_back() const { return given_up != nullptr && *given_up; }
  bool over() const { return called_back() || std::chrono::steady_clock::now() >= until; }
  std::chrono::milliseconds left() const {
    using std::chrono::milliseconds;
    return std::max(milliseconds(0),
                    std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now()));
  }
};

}  // namespace semafoor::runtime
