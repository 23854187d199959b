// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace semafoor::loader {

// How long to wait before the next attempt while the other side is away: a quarter of a second,
// doubled each time, at most half a minute; longer only when the other side asked for it.
class BackOff {
 public:
  // `asked_ms`: what the error said, -1 when nothing.
  std::chrono::milliseconds next(int64_t asked_ms) {
    const std::chrono::milliseconds own = wait_;
    wait_ = std::min(wait_ * 2, kLongest);
    constexpr int64_t kLongestAsked = 600'000;
    return std::max(own, std::chrono::milliseconds(std::min(asked_ms, kLongestAsked)));
  }
  void reset() { wait_ = kFirst; }

 private:
  static constexpr std::chrono::milliseconds kFirst{250};
  static constexpr std::chrono::milliseconds kLongest{30'000};
  std::chrono::milliseconds wait_ = kFirst;
};

}  // namespace semafoor::loader
